package org.postern.intake;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import javax.net.ssl.SSLSocket;
import org.postern.db.store.Tenant;

/// A next hop that answers as it is told, and remembers what it heard under TLS.
final class ScriptedHop implements AutoCloseable {

    static final String END = ".";
    static final String HANG_UP = "hang up";

    /// Says nothing, and listens.
    static final String STALL = "stall";

    /// Says something all the time, and never comes to an end.
    static final String TRICKLE = "trickle";

    /// Takes content, but does not read it.
    static final String DEAF = "deaf";

    private final ServerSocket server;
    private final Map<String, String> replies = new ConcurrentHashMap<>();
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private final List<String> heardInClear = new CopyOnWriteArrayList<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private volatile String keywords =
            "250-STARTTLS\r\n250-SIZE 1000\r\n250-DSN\r\n250-SMTPUTF8\r\n250 8BITMIME";

    ScriptedHop() throws IOException {
        server = new ServerSocket(0, 10, InetAddress.ofLiteral("127.0.0.1"));
        Thread.ofVirtual().start(this::serve);
    }

    Tenant.NextHop address() {
        return new Tenant.NextHop("localhost", server.getLocalPort());
    }

    /// Answers commands that begin so with this.
    ScriptedHop answer(String command, String reply) {
        replies.put(command, reply);
        return this;
    }

    ScriptedHop offer(String ehloReply) {
        keywords = ehloReply;
        return this;
    }

    /// Commands and content, one line each.
    List<String> heard() {
        return heard;
    }

    List<String> heardInClear() {
        return heardInClear;
    }

    private void serve() {
        while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
                serve(socket);
            } catch (IOException _) {
                // the client hung up, or the test is over
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void serve(Socket plain) throws IOException, InterruptedException {
        Socket socket = plain;
        List<String> log = heardInClear;
        say(socket, "220 hop");
        InputStream in = new BufferedInputStream(socket.getInputStream());
        while (true) {
            String command = line(in);
            log.add(command);
            if (command.equals("STARTTLS") && !replies.containsKey("STARTTLS")) {
                say(socket, "220 go");
                SSLSocket tls = IntakeTls.over(plain, TestCertificate.server());
                tls.startHandshake();
                socket = tls;
                in = new BufferedInputStream(tls.getInputStream());
                log = heard;
                continue;
            }
            String reply = reply(command);
            if (reply.equals(HANG_UP)) {
                return;
            }
            if (reply.equals(STALL) || reply.equals(TRICKLE)) {
                keepWaiting(socket, in, reply);
                return;
            }
            if (reply.equals(DEAF)) {
                say(socket, "354 go on");
                over.await();
                return;
            }
            say(socket, reply);
            if (reply.startsWith("354")) {
                String line = line(in);
                while (!line.equals(END)) {
                    log.add(line);
                    line = line(in);
                }
                log.add(END);
                String last = replies.getOrDefault(END, "250 2.0.0 queued as 42");
                if (last.equals(HANG_UP)) {
                    return;
                }
                if (last.equals(STALL) || last.equals(TRICKLE)) {
                    keepWaiting(socket, in, last);
                    return;
                }
                say(socket, last);
            }
        }
    }

    /// Until the client has had enough.
    private void keepWaiting(Socket socket, InputStream in, String how) throws IOException {
        Future<?> saying =
                how.equals(TRICKLE)
                        ? clock.scheduleAtFixedRate(() -> mumble(socket), 0, 20, MILLISECONDS)
                        : CompletableFuture.completedFuture(null);
        try {
            in.transferTo(OutputStream.nullOutputStream());
        } finally {
            saying.cancel(false);
        }
    }

    private static void mumble(Socket socket) {
        try {
            socket.getOutputStream().write("2".getBytes(ISO_8859_1));
        } catch (IOException e) {
            throw new UncheckedIOException(e); // nobody listens any more
        }
    }

    private String reply(String command) {
        for (Map.Entry<String, String> each : replies.entrySet()) {
            if (command.startsWith(each.getKey())) {
                return each.getValue();
            }
        }
        if (command.startsWith("EHLO")) {
            return "250-hop\r\n" + keywords;
        }
        return command.equals("DATA") ? "354 go on" : "250 2.0.0 OK";
    }

    private static void say(Socket socket, String reply) throws IOException {
        socket.getOutputStream().write((reply + "\r\n").getBytes(ISO_8859_1));
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new IOException("gone");
            }
            line.append((char) c);
        }
        return line.toString().replace("\r", "");
    }

    @Override
    public void close() throws IOException {
        over.countDown();
        clock.shutdownNow();
        server.close();
    }
}
