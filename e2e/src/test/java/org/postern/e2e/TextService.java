package org.postern.e2e;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A service for text messages on this machine, and the phones behind it.
final class TextService implements AutoCloseable {

    private final HttpServer http;
    private final Path token;
    private final BlockingQueue<String> posted = new LinkedBlockingQueue<>();

    /// @param folder for the file with the token that it wants
    TextService(Path folder) throws IOException {
        token = Files.writeString(folder.resolve("text-messages-token"), "token");
        http = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        http.createContext("/", this::handle);
        http.start();
    }

    /// How Postern is told of it.
    String[] options() {
        return new String[] {
            "--text-messages-url=http://127.0.0.1:" + http.getAddress().getPort() + "/",
            "--text-messages-token-file=" + token
        };
    }

    /// The next JSON that is posted.
    String next() throws InterruptedException {
        return Objects.requireNonNull(posted.poll(60, TimeUnit.SECONDS), "no text message");
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            posted.add(
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            boolean known =
                    "Bearer token".equals(exchange.getRequestHeaders().getFirst("Authorization"));
            exchange.sendResponseHeaders(known ? 202 : 401, -1);
        }
    }

    @Override
    public void close() {
        http.stop(0);
    }
}
