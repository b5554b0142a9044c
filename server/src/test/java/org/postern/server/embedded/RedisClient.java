package org.postern.server.embedded;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;

/// Talks to Redis in its inline form (one line there, one line back), without a library that would
/// hide a refusal.
final class RedisClient implements AutoCloseable {

    private final Socket socket;
    private final BufferedReader replies;

    RedisClient(RedisAccess access) throws IOException {
        this(access.host(), access.port());
        String reply = ask("AUTH " + access.user() + " " + access.password());
        if (!reply.equals("+OK")) {
            throw new IOException(reply);
        }
    }

    RedisClient(String host, int port) throws IOException {
        socket = new Socket(host, port);
        replies = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
    }

    /// The reply's first line, or the value when it is one string.
    String ask(String command) throws IOException {
        socket.getOutputStream().write((command + "\r\n").getBytes(US_ASCII));
        String reply = String.valueOf(replies.readLine());
        return reply.matches("\\$\\d+") ? String.valueOf(replies.readLine()) : reply;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
