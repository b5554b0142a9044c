package org.postern.intake;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
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
import org.postern.intake.IntakeProperties.NextHopPatience;

/// A session with a next hop, where we are the client (RFC 5321, section 3): nothing is said before
/// TLS is up and the server's certificate is for the name we were given (RFC 3207, section 4.1).
/// For one thread.
final class NextHopSession implements AutoCloseable {

    private static final int LONGEST_LINE = 2_000;
    private static final int MOST_LINES = 100;
    private static final String TOO_LONG = "it takes too long";
    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

    private final Set<String> keywords = new HashSet<>();
    private final Socket plain;
    private final NextHopPatience patience;
    private final Step whole;
    private volatile boolean late;
    private InputStream in;
    private OutputStream out;

    private NextHopSession(Socket plain, NextHopPatience patience) throws IOException {
        this.plain = plain;
        this.patience = patience;
        this.whole = new Step(patience.whole());
        this.in = new BufferedInputStream(plain.getInputStream());
        this.out = new BufferedOutputStream(plain.getOutputStream());
    }

    /// @throws IOException if there is no such server, no TLS or another name in its certificate
    static NextHopSession open(
            Tenant.NextHop hop, SSLSocketFactory tls, String ourName, NextHopPatience patience)
            throws IOException {
        Socket socket = new Socket();
        long begun = System.nanoTime();
        try {
            int millis = (int) patience.step().toMillis();
            socket.connect(new InetSocketAddress(hop.host(), hop.port()), millis);
            socket.setTcpNoDelay(true);
            NextHopSession session = new NextHopSession(socket, patience);
            session.greet(hop, tls, ourName, patience.step().minusNanos(System.nanoTime() - begun));
            return session;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    private void greet(Tenant.NextHop hop, SSLSocketFactory tls, String ourName, Duration within)
            throws IOException {
        try (Step _ = new Step(within)) {
            greet(hop, tls, ourName);
        } catch (IOException | RuntimeException e) {
            close();
            if (late) {
                throw new IOException(TOO_LONG, e);
            }
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
        out = new BufferedOutputStream(new Stepwise(secure.getOutputStream()), 64 * 1024);
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

    /// Why it failed with this: that the socket is closed was our doing if its time was over.
    String reason(IOException e) {
        return late ? TOO_LONG : String.valueOf(e.getMessage());
    }

    /// For content, dots stuffed.
    OutputStream out() {
        return out;
    }

    HopReply reply() throws IOException {
        try (Step _ = new Step(patience.step())) {
            return reply(new HashSet<>());
        }
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

    /// What must end in its time, or the connection does. A timeout of the socket would begin anew
    /// with every byte that trickles in, and there is none for writing.
    private final class Step implements AutoCloseable {

        private final CompletableFuture<Void> end = new CompletableFuture<>();

        Step(Duration time) {
            var _ =
                    end.orTimeout(Math.max(1, time.toMillis()), TimeUnit.MILLISECONDS)
                            .whenComplete((_, timeout) -> {
                                if (timeout != null) {
                                    late = true;
                                    cut();
                                }
                            });
        }

        @Override
        public void close() {
            end.complete(null);
        }
    }

    /// Content on its way, a step for each buffer full of it.
    private final class Stepwise extends FilterOutputStream {

        Stepwise(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try (Step _ = new Step(patience.step())) {
                out.write(bytes, offset, length);
            }
        }
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
        whole.close();
        cut();
    }
}
