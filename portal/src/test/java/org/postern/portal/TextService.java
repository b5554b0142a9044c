package org.postern.portal;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A service for text messages on this machine.
public final class TextService implements AutoCloseable {

    private final HttpServer http;
    private final List<Text> sent = new CopyOnWriteArrayList<>();
    private volatile int status = 202;

    /// What somebody's phone shows.
    public record Text(String to, String text) {

        /// The PIN that it begins with.
        public String pin() {
            return text.substring(0, 6);
        }
    }

    public TextService() throws IOException {
        http = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        http.createContext("/", this::handle);
        http.start();
    }

    public URI address() {
        return URI.create("http://127.0.0.1:" + http.getAddress().getPort() + "/");
    }

    /// What it answers from now on; only with 2xx a text arrives.
    public void answers(int with) {
        status = with;
    }

    public List<Text> sent() {
        return List.copyOf(sent);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            JsonNode asked =
                    JsonMapper.shared()
                            .readTree(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
            if (status / 100 == 2) {
                sent.add(new Text(asked.path("to").asString(), asked.path("text").asString()));
            }
            exchange.sendResponseHeaders(status, -1);
        }
    }

    @Override
    public void close() {
        http.stop(0);
    }
}
