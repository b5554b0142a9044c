package org.postern.server.cli;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Asks a running Postern to do something, over its management port, with its control token.
public final class ControlClient {

    /// Sent with every request; the management port answers 401 to anyone without it.
    public static final String TOKEN_FIELD = "Authorization";

    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;

    private final RunningPostern postern;
    private final HttpClient http;

    public ControlClient(RunningPostern postern) {
        this.postern = postern;
        this.http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    }

    public Answer get(String path) throws CommandFailedException, InterruptedException {
        return send(request(path).GET());
    }

    /// Sends `body` as JSON.
    public Answer post(String path, Object body)
            throws CommandFailedException, InterruptedException {
        return send(
                request(path)
                        .header("Content-Type", "application/json")
                        .POST(
                                HttpRequest.BodyPublishers.ofString(
                                        JsonMapper.shared().writeValueAsString(body))));
    }

    private HttpRequest.Builder request(String path) {
        var address =
                new HostAndPort(postern.addresses().host(), postern.addresses().managementPort());
        return HttpRequest.newBuilder(URI.create("http://" + address + path))
                .timeout(LIMIT)
                .header(TOKEN_FIELD, postern.token().authorization());
    }

    private Answer send(HttpRequest.Builder request)
            throws CommandFailedException, InterruptedException {
        int port = postern.addresses().managementPort();
        HttpResponse<String> response;
        try {
            response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new CommandFailedException(
                    "no Postern answers on management port "
                            + port
                            + ". Start it with ./postern up, or name its folder with --data.",
                    e);
        }
        if (response.statusCode() == UNAUTHORIZED || response.statusCode() == FORBIDDEN) {
            throw new CommandFailedException(
                    "the Postern on management port "
                            + port
                            + " does not know the control token in "
                            + postern.data()
                            + ". Name its data folder with --data.");
        }
        return new Answer(response.statusCode(), response.body());
    }

    /// What the management port answered.
    public record Answer(int status, String body) {

        public boolean done() {
            return status >= 200 && status < 300;
        }

        /// The body, which must be JSON of this type.
        public <T> T as(Class<T> type) throws CommandFailedException {
            try {
                return JsonMapper.shared().readValue(body, type);
            } catch (JacksonException e) {
                throw new CommandFailedException(
                        "the answer of the running Postern is of another version than this"
                                + " command.",
                        e);
            }
        }
    }
}
