package org.postern.notifications.outgoing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;

/// A peer on a real socket that says one line of a script for each line it hears, and then hangs up
/// or falls silent.
final class ScriptedRelay implements AutoCloseable {

    static final String CONTENT = "READ CONTENT";
    static final Duration LATE = Duration.ofMillis(1500);

    final List<String> heard = new CopyOnWriteArrayList<>();

    private final ServerSocket listening;

    /// @param lines the greeting first; `HANG UP` closes, `SILENCE` waits for the other side to; a
    ///   line that begins with `LATE` is said after [#LATE]; [#CONTENT] hears lines up to the dot,
    ///   to which the next line is said
    ScriptedRelay(String... lines) throws IOException {
        this(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()), lines);
    }

    /// One that speaks TLS from the first byte.
    static ScriptedRelay withImplicitTls(SSLContext tls, String... lines) throws IOException {
        return new ScriptedRelay(
                tls.getServerSocketFactory()
                        .createServerSocket(0, 1, InetAddress.getLoopbackAddress()),
                lines);
    }

    private ScriptedRelay(ServerSocket listening, String... lines) {
        this.listening = listening;
        Thread.ofVirtual()
                .start(() -> {
                    try (Socket socket = listening.accept()) {
                        play(socket, lines);
                    } catch (IOException e) {
                        heard.add("the client left");
                    }
                });
    }

    int port() {
        return listening.getLocalPort();
    }

    private void play(Socket socket, String[] lines) throws IOException {
        BufferedReader in =
                new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
        OutputStream out = socket.getOutputStream();
        for (int i = 0; i < lines.length; i++) {
            if (i > 0 && !lines[i - 1].equals(CONTENT)) {
                heard.add(String.valueOf(in.readLine()));
            }
            switch (lines[i]) {
                case "HANG UP" -> {
                    return;
                }
                case "SILENCE" -> {
                    while (in.readLine() != null) {}
                    return;
                }
                case CONTENT -> {
                    while (!heard.getLast().equals(".")) {
                        heard.add(String.valueOf(in.readLine()));
                    }
                }
                default -> {
                    if (lines[i].startsWith("LATE ")) {
                        hearNothing(socket);
                    }
                    out.write((lines[i].replace("LATE ", "") + "\r\n").getBytes(UTF_8));
                    out.flush();
                }
            }
        }
        while (in.readLine() != null) {}
    }

    private static void hearNothing(Socket socket) throws IOException {
        socket.setSoTimeout((int) LATE.toMillis());
        try {
            socket.getInputStream().read();
        } catch (SocketTimeoutException e) {
            socket.setSoTimeout(0);
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
