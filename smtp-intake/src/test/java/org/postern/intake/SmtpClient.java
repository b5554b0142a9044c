package org.postern.intake;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/// A client that sends exactly the bytes it is told to.
final class SmtpClient implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 20_000;

    private Socket socket;
    private InputStream in;
    private OutputStream out;

    private SmtpClient(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(PATIENCE_MILLIS);
        this.in = new BufferedInputStream(socket.getInputStream());
        this.out = socket.getOutputStream();
    }

    /// Connected in clear, nothing read yet.
    static SmtpClient inClear(int port) throws IOException {
        return new SmtpClient(new Socket(InetAddress.ofLiteral("127.0.0.1"), port));
    }

    /// Connected with TLS from the first byte, greeted and greeting.
    static SmtpClient overTls(int port) throws IOException {
        return overTls(port, TestCertificate.client());
    }

    /// The same with a certificate of its own, perhaps.
    static SmtpClient overTls(int port, SSLContext context) throws IOException {
        SmtpClient client = inClear(port);
        client.handshake(context);
        client.reply();
        client.say("EHLO client.example");
        return client;
    }

    /// Connected, upgraded by STARTTLS and greeting again.
    static SmtpClient withStartTls(int port) throws IOException {
        SmtpClient client = inClear(port);
        client.reply();
        client.say("EHLO client.example");
        client.say("STARTTLS");
        client.handshake(TestCertificate.client());
        client.say("EHLO client.example");
        return client;
    }

    SSLSocket handshake(SSLContext context, String... protocols) throws IOException {
        SSLSocket tls =
                (SSLSocket)
                        context.getSocketFactory()
                                .createSocket(socket, "localhost", socket.getPort(), true);
        if (protocols.length > 0) {
            tls.setEnabledProtocols(protocols);
        }
        tls.startHandshake();
        become(tls);
        return tls;
    }

    void become(SSLSocket tls) throws IOException {
        socket = tls;
        in = new BufferedInputStream(tls.getInputStream());
        out = tls.getOutputStream();
    }

    Socket socket() {
        return socket;
    }

    /// Sends bytes as they are, text in UTF-8.
    void send(String text) throws IOException {
        send(text.getBytes(UTF_8));
    }

    void send(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    /// One command and its reply.
    String say(String line) throws IOException {
        send(line + "\r\n");
        return reply();
    }

    /// MAIL and RCPT, both accepted.
    void begin(String reversePath, String... forwardPaths) throws IOException {
        require("250", say("MAIL FROM:<" + reversePath + ">"));
        for (String forwardPath : forwardPaths) {
            require("250", say("RCPT TO:<" + forwardPath + ">"));
        }
    }

    /// DATA, content with its dots stuffed already, the end, and the reply.
    String data(String content) throws IOException {
        require("354", say("DATA"));
        send(content + ".\r\n");
        return reply();
    }

    private static void require(String code, String reply) {
        if (!reply.startsWith(code)) {
            throw new AssertionError("expected " + code + ", got: " + reply);
        }
    }

    /// The next reply, lines joined by LF; empty when the server has closed.
    String reply() throws IOException {
        StringBuilder reply = new StringBuilder();
        while (true) {
            String line = line();
            if (line.isEmpty()) {
                return reply.toString();
            }
            reply.append(reply.isEmpty() ? "" : "\n").append(line);
            if (line.length() < 4 || line.charAt(3) == ' ') {
                return reply.toString();
            }
        }
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        int c = in.read();
        while (c >= 0 && c != '\n') {
            if (c != '\r') {
                line.append(new String(new byte[] {(byte) c}, ISO_8859_1));
            }
            c = in.read();
        }
        return line.toString();
    }

    boolean isClosedByServer() throws IOException {
        return in.read() < 0;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
