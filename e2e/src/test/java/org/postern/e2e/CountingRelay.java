package org.postern.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A relay on loopback that takes everything, counts it by recipient, and can be gone for a while.
final class CountingRelay implements AutoCloseable {

    private static final Pattern RCPT = Pattern.compile("(?i)RCPT TO:<([^>]*)>.*");

    private final int port = PosternProcess.Ports.several(1)[0];
    private final Map<String, Integer> taken = new ConcurrentHashMap<>();
    private @Nullable ServerSocket server;
    private volatile boolean away;

    CountingRelay() throws IOException {
        comeBack();
    }

    int port() {
        return port;
    }

    /// How many mails each recipient was sent.
    Map<String, Integer> taken() {
        return Map.copyOf(taken);
    }

    /// Takes no more connections, and no more mails over those that there are; one that is under
    /// way is finished.
    synchronized void goAway() throws IOException {
        away = true;
        if (server != null) {
            server.close();
        }
    }

    synchronized void comeBack() throws IOException {
        ServerSocket listening = new ServerSocket();
        listening.setReuseAddress(true);
        listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 256);
        server = listening;
        away = false;
        Thread.ofVirtual().name("relay").start(() -> listen(listening));
    }

    @Override
    public void close() throws IOException {
        goAway();
    }

    private void listen(ServerSocket listening) {
        while (!listening.isClosed()) {
            try {
                Socket client = listening.accept();
                Thread.ofVirtual().name("relay-client").start(() -> serve(client));
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
            say(out, "220 relay");
            String recipient = "";
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (away && recipient.isEmpty()) {
                    return;
                }
                Matcher rcpt = RCPT.matcher(line);
                if (rcpt.matches()) {
                    recipient = rcpt.group(1);
                    say(out, "250 ok");
                } else if (line.equalsIgnoreCase("DATA")) {
                    say(out, "354 go");
                    skipContent(in);
                    taken.merge(recipient, 1, Integer::sum);
                    recipient = "";
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

    private static void skipContent(BufferedReader in) throws IOException {
        for (String line = in.readLine(); !".".equals(line); line = in.readLine()) {
            if (line == null) {
                throw new IOException("hung up in the middle");
            }
        }
    }

    private static void say(OutputStream out, String line) throws IOException {
        out.write((line + "\r\n").getBytes(US_ASCII));
        out.flush();
    }
}
