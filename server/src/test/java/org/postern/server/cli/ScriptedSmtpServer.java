package org.postern.server.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLSocket;
import org.postern.server.embedded.SelfSignedCertificate;

/// Takes one SMTP session on a real socket, with STARTTLS, and remembers what came under TLS.
final class ScriptedSmtpServer implements AutoCloseable {

    private final SelfSignedCertificate certificate;
    private final String answerToMail;
    private final ServerSocket listening;
    private final CompletableFuture<Boolean> session = new CompletableFuture<>();
    final List<String> inClear = new CopyOnWriteArrayList<>();
    final List<String> underTls = new CopyOnWriteArrayList<>();

    ScriptedSmtpServer(SelfSignedCertificate certificate, String answerToMail) throws IOException {
        this.certificate = certificate;
        this.answerToMail = answerToMail;
        this.listening = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"));
        Thread.ofVirtual().start(this::serve);
    }

    int port() {
        return listening.getLocalPort();
    }

    void awaitEnd() throws InterruptedException, ExecutionException, TimeoutException {
        session.get(10, TimeUnit.SECONDS);
    }

    private void serve() {
        try (Socket plain = listening.accept()) {
            say(plain, "220 test ESMTP");
            readUntil(plain, "STARTTLS", inClear);
            say(plain, "220 go ahead");
            try (var secured =
                    (SSLSocket)
                            certificate
                                    .serverContext()
                                    .getSocketFactory()
                                    .createSocket(plain, null, true)) {
                secured.setUseClientMode(false);
                converse(secured);
            }
            session.complete(true);
        } catch (IOException | GeneralSecurityException e) {
            session.completeExceptionally(e);
        }
    }

    private static void readUntil(Socket socket, String last, List<String> lines)
            throws IOException {
        // byte by byte: what follows STARTTLS belongs to TLS
        var line = new StringBuilder();
        for (int c = socket.getInputStream().read(); c >= 0; c = socket.getInputStream().read()) {
            if (c != '\n') {
                line.append((char) c);
                continue;
            }
            String command = line.toString().strip();
            line.setLength(0);
            lines.add(command);
            if (command.equals(last)) {
                return;
            }
            say(socket, "250-test\r\n250 STARTTLS");
        }
    }

    private void converse(SSLSocket socket) throws IOException {
        var reader = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
        boolean inData = false;
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            underTls.add(line);
            if (inData) {
                if (line.equals(".")) {
                    inData = false;
                    say(socket, "250 2.0.0 accepted");
                }
            } else if (line.startsWith("MAIL")) {
                say(socket, answerToMail);
            } else if (line.equals("DATA")) {
                inData = true;
                say(socket, "354 go ahead");
            } else {
                say(socket, "250 ok");
            }
        }
    }

    private static void say(Socket socket, String reply) throws IOException {
        socket.getOutputStream().write((reply + "\r\n").getBytes(US_ASCII));
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
