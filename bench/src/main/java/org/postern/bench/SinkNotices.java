package org.postern.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A relay on loopback that accepts everything and keeps nothing but when it did.
final class SinkNotices implements Notices {

    private static final Pattern RCPT = Pattern.compile("(?i)RCPT TO:<([^>]*)>.*");

    private final ServerSocket server;
    private final Clock clock;
    private final Semaphore count = new Semaphore(0);
    private final Map<String, Instant> told = new ConcurrentHashMap<>();

    SinkNotices(int port, Clock clock) throws IOException {
        this.server = new ServerSocket(port, 256, InetAddress.getLoopbackAddress());
        this.clock = clock;
        Thread.ofVirtual().name("sink").start(this::listen);
    }

    int port() {
        return server.getLocalPort();
    }

    /// Waits until that many more notices have come.
    ///
    /// @throws IOException if they do not come in time
    void await(int more, Duration patience) throws IOException, InterruptedException {
        if (!count.tryAcquire(more, patience.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new IOException(
                    (more - count.availablePermits()) + " notices did not come within " + patience);
        }
    }

    @Override
    public Map<String, Instant> told() {
        return Map.copyOf(told);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private void listen() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                Thread.ofVirtual().name("sink-client").start(() -> serve(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        try (client;
                var in =
                        new BufferedReader(
                                new InputStreamReader(client.getInputStream(), ISO_8859_1));
                OutputStream out = client.getOutputStream()) {
            say(out, "220 sink");
            String recipient = "";
            String line;
            while ((line = in.readLine()) != null) {
                Matcher rcpt = RCPT.matcher(line);
                if (rcpt.matches()) {
                    recipient = rcpt.group(1);
                    say(out, "250 ok");
                } else if (line.equalsIgnoreCase("DATA")) {
                    say(out, "354 go");
                    while ((line = in.readLine()) != null && !line.equals(".")) {
                        // thrown away
                    }
                    told.put(recipient, clock.instant());
                    count.release();
                    say(out, "250 ok");
                } else if (line.toUpperCase(Locale.ROOT).startsWith("QUIT")) {
                    say(out, "221 bye");
                    return;
                } else {
                    say(out, "250 ok");
                }
            }
        } catch (IOException gone) {
            // the client will come again
        }
    }

    private static void say(OutputStream out, String line) throws IOException {
        out.write((line + "\r\n").getBytes(US_ASCII));
        out.flush();
    }
}
