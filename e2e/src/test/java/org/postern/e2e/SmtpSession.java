package org.postern.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.postern.server.embedded.SelfSignedCertificate;

/// A mail client on a socket: what it says and hears is visible to the test.
final class SmtpSession implements AutoCloseable {

    private final Socket plain;
    private Socket socket;
    private InputStream in;
    private OutputStream out;

    private SmtpSession(Socket socket) throws IOException {
        this.plain = socket;
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
        this.out = new BufferedOutputStream(socket.getOutputStream(), 64 * 1024);
    }

    /// Connects and begins TLS, trusting only this Postern's own certificate.
    static SmtpSession open(PosternProcess postern) throws IOException, GeneralSecurityException {
        return open(postern, new Socket(InetAddress.getLoopbackAddress(), postern.ports().smtp()));
    }

    /// The same over a connection that is there.
    static SmtpSession open(PosternProcess postern, Socket connection)
            throws IOException, GeneralSecurityException {
        return open(
                connection,
                SelfSignedCertificate.clientContext(postern.data().resolve("tls/certificate.pem")));
    }

    /// Begins TLS over a connection that is there, with this trust.
    static SmtpSession open(Socket connection, SSLContext context) throws IOException {
        SmtpSession session = new SmtpSession(connection);
        session.expect("220");
        session.say("EHLO client.example.com");
        session.expect("250");
        session.say("STARTTLS");
        session.expect("220");
        SSLSocket tls =
                (SSLSocket)
                        context.getSocketFactory()
                                .createSocket(
                                        session.plain, "localhost", connection.getPort(), true);
        tls.startHandshake();
        session.socket = tls;
        session.in = new BufferedInputStream(tls.getInputStream());
        session.out = new BufferedOutputStream(tls.getOutputStream(), 64 * 1024);
        session.say("EHLO client.example.com");
        session.expect("250");
        return session;
    }

    /// Connects to a mail server on this machine that takes mail in clear.
    static SmtpSession openInClear(int port) throws IOException {
        SmtpSession session = new SmtpSession(new Socket(InetAddress.getLoopbackAddress(), port));
        session.expect("220");
        session.say("EHLO client.example.com");
        session.expect("250");
        return session;
    }

    /// One transaction up to the reply after the final dot, which it returns.
    String send(String from, List<String> to, byte[] content) throws IOException {
        say("MAIL FROM:<" + from + ">");
        expect("250");
        for (String recipient : to) {
            say("RCPT TO:<" + recipient + ">");
            expect("250");
        }
        say("DATA");
        expect("354");
        out.write(stuffed(content));
        out.write(".\r\n".getBytes(UTF_8));
        out.flush();
        return reply();
    }

    void say(String line) throws IOException {
        out.write((line + "\r\n").getBytes(UTF_8));
        out.flush();
    }

    OutputStream out() {
        return out;
    }

    /// The next reply, all its lines.
    String reply() throws IOException {
        StringBuilder reply = new StringBuilder();
        while (true) {
            String line = line();
            reply.append(line).append('\n');
            if (line.length() < 4 || line.charAt(3) != '-') {
                return reply.toString();
            }
        }
    }

    String expect(String code) throws IOException {
        String reply = reply();
        if (!reply.startsWith(code)) {
            throw new AssertionError("expected " + code + " and heard " + reply);
        }
        return reply;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new IOException("the server hung up after: " + line);
            }
            line.append((char) b);
        }
        return line.toString().strip();
    }

    /// Dot-stuffing (RFC 5321, section 4.5.2); content ends in CRLF.
    private static byte[] stuffed(byte[] content) {
        String text = new String(content, ISO_8859_1);
        String stuffed = (text.startsWith(".") ? "." : "") + text.replace("\r\n.", "\r\n..");
        return stuffed.getBytes(ISO_8859_1);
    }

    /// Drops the connection without a word, from another thread too.
    void hangUp() throws IOException {
        plain.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
        plain.close();
    }
}
