package org.postern.intake;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.postern.db.store.Tenant;

/// A session with a next hop, where we are the client (RFC 5321, section 3): nothing is said before
/// TLS is up and the server's certificate is for the name we were given (RFC 3207, section 4.1).
/// For one thread.
final class NextHopSession implements AutoCloseable {

    private static final int LONGEST_LINE = 2_000;
    private static final int MOST_LINES = 100;
    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

    private final Set<String> keywords = new HashSet<>();
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private final Socket plain;
    private InputStream in;
    private OutputStream out;

    private NextHopSession(Socket plain) throws IOException {
        this.plain = plain;
        this.in = new BufferedInputStream(plain.getInputStream());
        this.out = new BufferedOutputStream(plain.getOutputStream());
    }

    /// How long a next hop may take.
    ///
    /// @param reply for one reply
    /// @param whole for everything, since a socket has no timeout for writing
    record Patience(Duration reply, Duration whole) {
        static final Patience DEFAULT = new Patience(Duration.ofMinutes(2), Duration.ofMinutes(20));
    }

    /// @throws IOException if there is no such server, no TLS or another name in its certificate
    static NextHopSession open(
            Tenant.NextHop hop, SSLSocketFactory tls, String ourName, Patience patience)
            throws IOException {
        Socket socket = new Socket();
        try {
            int millis = (int) patience.reply().toMillis();
            socket.connect(new InetSocketAddress(hop.host(), hop.port()), millis);
            socket.setSoTimeout(millis);
            socket.setTcpNoDelay(true);
            NextHopSession session = new NextHopSession(socket);
            var _ =
                    session.end
                            .orTimeout(patience.whole().toMillis(), TimeUnit.MILLISECONDS)
                            .whenComplete((_, _) -> session.cut());
            session.greet(hop, tls, ourName);
            return session;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    private void greet(Tenant.NextHop hop, SSLSocketFactory tls, String ourName)
            throws IOException {
        require(reply());
        hello(ourName);
        require(say("STARTTLS"));
        SSLSocket secure = (SSLSocket) tls.createSocket(plain, hop.host(), hop.port(), true);
        SSLParameters parameters = secure.getSSLParameters();
        parameters.setProtocols(PROTOCOLS);
        parameters.setEndpointIdentificationAlgorithm("HTTPS"); // RFC 6125: the name we were given
        secure.setSSLParameters(parameters);
        secure.startHandshake();
        in = new BufferedInputStream(secure.getInputStream());
        out = new BufferedOutputStream(secure.getOutputStream(), 64 * 1024);
        hello(ourName); // what was said in clear counts for nothing (RFC 3207, section 4.2)
    }

    private void hello(String ourName) throws IOException {
        keywords.clear();
        say("EHLO " + ourName, keywords);
    }

    private static void require(HopReply reply) throws IOException {
        if (!reply.isPositive()) {
            throw new IOException("the next hop answered " + reply.code());
        }
    }

    /// Whether its EHLO named this keyword.
    boolean offers(String keyword) {
        return keywords.contains(keyword);
    }

    HopReply say(String command) throws IOException {
        out.write((command + "\r\n").getBytes(UTF_8));
        out.flush();
        return reply();
    }

    private void say(String command, Set<String> found) throws IOException {
        out.write((command + "\r\n").getBytes(UTF_8));
        out.flush();
        require(reply(found));
    }

    /// For content, dots stuffed.
    OutputStream out() {
        return out;
    }

    HopReply reply() throws IOException {
        return reply(new HashSet<>());
    }

    private HopReply reply(Set<String> words) throws IOException {
        for (int i = 0; i < MOST_LINES; i++) {
            String line = line();
            if (!line.matches("[2-5][0-9]{2}(?:[ -].*)?")) {
                throw new IOException("the next hop does not speak SMTP");
            }
            String text = line.length() > 4 ? line.substring(4) : "";
            words.add(text.replaceFirst(" .*", "").toUpperCase(Locale.ROOT));
            if (line.length() < 4 || line.charAt(3) == ' ') {
                return HopReply.of(Integer.parseInt(line.substring(0, 3)), text);
            }
        }
        throw new IOException("the next hop's reply does not end");
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0 || line.length() > LONGEST_LINE) {
                throw new IOException("the next hop hung up");
            }
            line.append((char) c);
        }
        return line.toString().stripTrailing();
    }

    private void cut() {
        try {
            plain.close();
        } catch (IOException _) {
            // it is closed
        }
    }

    /// Hangs up. Content that was not ended is not taken by the other side.
    @Override
    public void close() {
        end.complete(null);
    }
}
