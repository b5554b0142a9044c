package org.postern.server.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.Serial;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;

/// Hands one message to an SMTP server under TLS, and to no server whose certificate it cannot
/// verify (RFC 5321, RFC 3207). Just large enough for `send-sample` and `doctor route`: mail that
/// leaves Postern goes another way.
final class SmtpClient implements AutoCloseable {

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);
    private static final Duration REPLY_LIMIT = Duration.ofMinutes(5);

    private final HostAndPort server;
    private final SSLContext trust;
    private final Socket plain;
    private Socket socket;
    private BufferedReader replies;

    private SmtpClient(HostAndPort server, SSLContext trust, Socket plain) throws IOException {
        this.server = server;
        this.trust = trust;
        this.plain = plain;
        this.socket = plain;
        this.replies = reader(plain);
    }

    static SmtpClient connect(HostAndPort server, SSLContext trust) throws IOException {
        var socket = new Socket();
        try {
            socket.connect(
                    new InetSocketAddress(server.host(), server.port()),
                    (int) CONNECT_LIMIT.toMillis());
            socket.setSoTimeout((int) REPLY_LIMIT.toMillis());
            return new SmtpClient(server, trust, socket);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /// Sends one message and says goodbye.
    ///
    /// @param content lines end with CRLF, also the last
    /// @return the server's reply to the message
    String send(String from, String to, byte[] content) throws IOException, RefusedException {
        greeting();
        hello();
        ask('2', "STARTTLS");
        startTls();
        hello();
        ask('2', "MAIL FROM:<" + from + "> SIZE=" + content.length);
        ask('2', "RCPT TO:<" + to + ">");
        ask('3', "DATA");
        var out = new BufferedOutputStream(socket.getOutputStream());
        writeStuffed(content, out);
        out.write(".\r\n".getBytes(US_ASCII));
        out.flush();
        String accepted = require('2', reply());
        ask('2', "QUIT");
        return accepted;
    }

    /// What the server says first.
    String greeting() throws IOException, RefusedException {
        return require('2', reply());
    }

    /// EHLO, and the keywords the server answers with, in upper case.
    List<String> hello() throws IOException, RefusedException {
        socket.getOutputStream().write("EHLO localhost\r\n".getBytes(US_ASCII));
        List<String> lines = lines();
        require('2', lines.getLast());
        return lines.stream()
                .skip(1)
                .map(line -> line.substring(Math.min(4, line.length())).toUpperCase(Locale.ROOT))
                .toList();
    }

    /// The handshake, after STARTTLS was answered.
    ///
    /// @throws javax.net.ssl.SSLException if the certificate is not this server's
    SSLSession startTls() throws IOException {
        // what came in clear behind the 220 would be read as if it came under TLS
        if (replies.ready()) {
            throw new IOException("the server spoke before TLS began");
        }
        var secured =
                (SSLSocket)
                        trust.getSocketFactory()
                                .createSocket(plain, server.host(), server.port(), true);
        var parameters = secured.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        secured.setSSLParameters(parameters);
        secured.startHandshake();
        socket = secured;
        replies = reader(secured);
        return secured.getSession();
    }

    /// A line that begins with a dot gets a second one (RFC 5321, section 4.5.2).
    private static void writeStuffed(byte[] content, OutputStream out) throws IOException {
        boolean lineBegins = true;
        for (byte octet : content) {
            if (lineBegins && octet == '.') {
                out.write('.');
            }
            out.write(octet);
            lineBegins = octet == '\n';
        }
    }

    String ask(char wanted, String command) throws IOException, RefusedException {
        socket.getOutputStream().write((command + "\r\n").getBytes(US_ASCII));
        return require(wanted, reply());
    }

    private static String require(char wanted, String reply) throws RefusedException {
        if (reply.isEmpty() || reply.charAt(0) != wanted) {
            throw new RefusedException(reply);
        }
        return reply;
    }

    /// The last line of a reply.
    private String reply() throws IOException {
        return lines().getLast();
    }

    /// A reply, which may have several lines (RFC 5321, section 4.2.1).
    private List<String> lines() throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line = replies.readLine(); line != null; line = replies.readLine()) {
            lines.add(line);
            if (line.length() < 4 || line.charAt(3) != '-') {
                return lines;
            }
        }
        throw new EOFException("the server closed the connection");
    }

    private static BufferedReader reader(Socket socket) throws IOException {
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    /// The server said no; the message is its reply.
    static final class RefusedException extends Exception {

        @Serial private static final long serialVersionUID = 1;

        RefusedException(String reply) {
            super(reply);
        }
    }
}
