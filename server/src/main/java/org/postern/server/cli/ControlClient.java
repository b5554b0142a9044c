package org.postern.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Asks a running Postern to do something, over its management port, with its control token.
public final class ControlClient {

    /// Sent with every request; the management port answers 401 to anyone without it.
    public static final String TOKEN_FIELD = "Authorization";

    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final int OK = 200;
    private static final int NOT_HERE = 404;
    private static final int REFUSED = 422;
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
        return send(json(path, body));
    }

    /// Sends `body` as JSON and writes what comes back into `file`, which is replaced when all of
    /// it is there. A refusal is the answer, and touches no file.
    public Answer download(String path, Object body, Path file)
            throws CommandFailedException, InterruptedException {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        HttpResponse<InputStream> response =
                exchange(json(path, body), BodyHandlers.ofInputStream());
        try (InputStream content = response.body()) {
            if (response.statusCode() != OK) {
                return new Answer(response.statusCode(), new String(content.readAllBytes(), UTF_8));
            }
            Files.copy(content, part, StandardCopyOption.REPLACE_EXISTING);
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
            return new Answer(OK, "");
        } catch (IOException e) {
            throw new CommandFailedException(
                    "the answer broke off, or " + file + " cannot be written.", e);
        }
    }

    private HttpRequest.Builder json(String path, Object body) {
        return request(path)
                .header("Content-Type", "application/json")
                .POST(
                        HttpRequest.BodyPublishers.ofString(
                                JsonMapper.shared().writeValueAsString(body)));
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
        HttpResponse<String> response = exchange(request, BodyHandlers.ofString());
        return new Answer(response.statusCode(), response.body());
    }

    private <T> HttpResponse<T> exchange(HttpRequest.Builder request, BodyHandler<T> handler)
            throws CommandFailedException, InterruptedException {
        int port = postern.addresses().managementPort();
        HttpResponse<T> response;
        try {
            response = http.send(request.build(), handler);
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
        return response;
    }

    /// What the management port answered.
    public record Answer(int status, String body) {

        public boolean done() {
            return status >= 200 && status < 300;
        }

        /// This answer, if it was done.
        ///
        /// @throws CommandFailedException with the sentence of the running Postern, or ours
        public Answer required() throws CommandFailedException {
            if (done()) {
                return this;
            }
            throw new CommandFailedException(
                    status == REFUSED
                            ? as(Refused.class).sentence()
                            : "the running Postern could not do it now (it answered "
                                    + status
                                    + "); try again.");
        }

        /// The same of what not every process does.
        ///
        /// @param notHere the sentence for one that does not
        public Answer required(String notHere) throws CommandFailedException {
            if (status == NOT_HERE) {
                throw new CommandFailedException(notHere);
            }
            return required();
        }

        private record Refused(String sentence) {}

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
