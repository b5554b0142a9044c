package org.postern.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/// One SMTP connection under STARTTLS, over which messages are sent one after the other. For one
/// thread.
final class SmtpSender implements AutoCloseable {

    private static final String HOST = "localhost";
    private static final int RECORD_BYTES = 16 * 1024; // RFC 8446, section 5.1

    private Socket socket;
    private InputStream in;
    private OutputStream out;

    private SmtpSender(Socket socket) throws IOException {
        // Else the kernel holds the end of a body back until the server has acknowledged the rest.
        socket.setTcpNoDelay(true);
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
        this.out = new BufferedOutputStream(socket.getOutputStream());
    }

    static SmtpSender connect(int port, SSLContext trust) throws IOException {
        SmtpSender sender = new SmtpSender(new Socket(InetAddress.ofLiteral("127.0.0.1"), port));
        sender.expect('2', null);
        sender.expect('2', "EHLO bench.example.com");
        sender.expect('2', "STARTTLS");
        sender.startTls(port, trust);
        sender.expect('2', "EHLO bench.example.com");
        return sender;
    }

    /// Returns once the message is the server's.
    ///
    /// @param pipelined whether commands go out together (RFC 2920), as mail servers send them
    void send(String from, String to, byte[] content, boolean pipelined) throws IOException {
        String mail = "MAIL FROM:<" + from + ">";
        String rcpt = "RCPT TO:<" + to + ">";
        if (pipelined) {
            out.write((mail + "\r\n" + rcpt + "\r\n").getBytes(US_ASCII));
            expect('2', "DATA");
            expect('2', null);
            expect('3', null);
        } else {
            expect('2', mail);
            expect('2', rcpt);
            expect('3', "DATA");
        }
        out.write(content);
        expect('2', ".");
    }

    /// The same, waiting for each reply, unless the server says at once that it has too much to do.
    ///
    /// @return whether the message is the server's
    boolean offer(String from, String to, byte[] content) throws IOException {
        if (reply("MAIL FROM:<" + from + ">").startsWith("451")) {
            return false;
        }
        expect('2', "RCPT TO:<" + to + ">");
        expect('3', "DATA");
        out.write(content);
        expect('2', ".");
        return true;
    }

    @Override
    public void close() throws IOException {
        try (Socket closed = socket) {
            if (closed.isConnected()) {
                expect('2', "QUIT");
            }
        }
    }

    private void startTls(int port, SSLContext trust) throws IOException {
        SSLSocket secure =
                (SSLSocket) trust.getSocketFactory().createSocket(socket, HOST, port, true);
        SSLParameters parameters = secure.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        secure.setSSLParameters(parameters);
        secure.startHandshake();
        socket = secure;
        in = new BufferedInputStream(secure.getInputStream());
        out = new BufferedOutputStream(secure.getOutputStream(), RECORD_BYTES);
    }

    private void expect(char kind, @Nullable String command) throws IOException {
        String line = reply(command);
        if (line.isEmpty() || line.charAt(0) != kind) {
            throw new IOException("to " + command + " the server said: " + line);
        }
    }

    /// The last line of what the server says.
    private String reply(@Nullable String command) throws IOException {
        if (command != null) {
            out.write((command + "\r\n").getBytes(US_ASCII));
            out.flush();
        }
        String line;
        do {
            line = line();
        } while (line.length() > 3 && line.charAt(3) == '-');
        return line;
    }

    private String line() throws IOException {
        var line = new StringBuilder();
        int c;
        while ((c = in.read()) != '\n') {
            if (c < 0) {
                throw new IOException("the server hung up");
            }
            line.append((char) c);
        }
        return line.toString().strip();
    }
}
