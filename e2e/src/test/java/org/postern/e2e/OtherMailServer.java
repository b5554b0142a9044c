package org.postern.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/// A mail server that is not ours: the next hop of ordinary mail, or a stranger in Postern's place.
/// It takes whatever it is given and remembers every command and every message.
final class OtherMailServer implements AutoCloseable {

    private final ServerSocket listening;
    private final Optional<SSLContext> tls;
    private final List<String> commands = new CopyOnWriteArrayList<>();
    private final List<String> messages = new CopyOnWriteArrayList<>();
    private final AtomicInteger visits = new AtomicInteger();

    /// @param port 0 for any
    /// @param tls what it presents; without it, it speaks no TLS
    OtherMailServer(int port, Optional<SSLContext> tls) throws IOException {
        this.listening = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
        this.tls = tls;
        Thread.ofVirtual().name("other-mail-server").start(this::listen);
    }

    int port() {
        return listening.getLocalPort();
    }

    /// Every command heard, in clear or not.
    List<String> commands() {
        return commands;
    }

    /// The content of every message taken.
    List<String> messages() {
        return messages;
    }

    /// How many clients have come and gone.
    int visits() {
        return visits.get();
    }

    private void listen() {
        while (!listening.isClosed()) {
            try {
                Socket client = listening.accept();
                Thread.ofVirtual().name("other-mail-client").start(() -> visit(client));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void visit(Socket client) {
        try (client) {
            Socket socket = client;
            say(socket, "220 elsewhere.example.net ESMTP");
            if (talk(socket)) {
                socket = secured(client);
                talk(socket);
            }
        } catch (IOException e) {
            // the client left, as one who does not trust us should
        } finally {
            visits.incrementAndGet();
        }
    }

    private Socket secured(Socket client) throws IOException {
        SSLSocket secured =
                (SSLSocket)
                        tls.orElseThrow()
                                .getSocketFactory()
                                .createSocket(client, "localhost", client.getPort(), true);
        secured.setUseClientMode(false);
        secured.startHandshake();
        return secured;
    }

    /// @return whether the client has asked for TLS
    private boolean talk(Socket socket) throws IOException {
        BufferedReader in =
                new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            commands.add(line);
            switch (line.replaceFirst(" .*", "").toUpperCase(Locale.ROOT)) {
                case "EHLO" -> {
                    boolean offer = tls.isPresent() && !(socket instanceof SSLSocket);
                    say(socket, offer ? "250-elsewhere\r\n250 STARTTLS" : "250 elsewhere");
                }
                case "STARTTLS" -> {
                    say(socket, tls.isPresent() ? "220 Go ahead" : "502 No TLS here");
                    if (tls.isPresent()) {
                        return true;
                    }
                }
                case "DATA" -> {
                    say(socket, "354 Go ahead");
                    messages.add(content(in));
                    say(socket, "250 Taken");
                }
                case "QUIT" -> {
                    say(socket, "221 Bye");
                    return false;
                }
                default -> say(socket, "250 OK");
            }
        }
        return false;
    }

    private static String content(BufferedReader in) throws IOException {
        StringBuilder content = new StringBuilder();
        for (String line = in.readLine(); line != null && !line.equals("."); line = in.readLine()) {
            content.append(line.startsWith(".") ? line.substring(1) : line).append("\r\n");
        }
        return content.toString();
    }

    private static void say(Socket socket, String reply) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write((reply + "\r\n").getBytes(ISO_8859_1));
        out.flush();
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
