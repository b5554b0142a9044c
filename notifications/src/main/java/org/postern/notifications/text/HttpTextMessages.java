package org.postern.notifications.text;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.postern.db.PhoneNumber;
import org.postern.notifications.job.Outcome;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A service that takes one text message by one POST of JSON, `{"to": "+49…", "text": "…"}`, with a
/// bearer token (RFC 6750, section 2.1), over verified TLS. What it answers besides the status is
/// not read: it may quote number and text.
public final class HttpTextMessages implements TextMessages {

    private static final Duration CONNECT = Duration.ofSeconds(5);

    /// Somebody sits before a page and waits.
    private static final Duration ANSWER = Duration.ofSeconds(15);

    private static final JsonMapper JSON = JsonMapper.shared();

    private final URI address;
    private final Path tokenFile;
    private final Optional<String> from;
    private final Duration patience;
    private final HttpClient http;

    HttpTextMessages(
            URI address, Path tokenFile, Optional<String> from, SSLContext tls, Duration patience) {
        if (!isPrivate(address)) {
            throw new IllegalArgumentException("an address without TLS off this machine");
        }
        this.address = address;
        this.tokenFile = tokenFile;
        this.from = from;
        this.patience = patience;
        // No redirect: what it is told is for this address alone.
        this.http =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .connectTimeout(CONNECT)
                        .sslContext(tls)
                        .build();
    }

    /// Asks nobody yet.
    ///
    /// @param address for which [#isPrivate] holds
    /// @param tokenFile holds the token, and may change
    /// @param from who the text is from, as the service knows it; its own way if empty
    /// @param tls whose trust decides whether the service is genuine
    public static HttpTextMessages at(
            URI address, Path tokenFile, Optional<String> from, SSLContext tls) {
        return new HttpTextMessages(address, tokenFile, from, tls, ANSWER);
    }

    /// Whether what is said to this address stays unseen: TLS, or this machine.
    public static boolean isPrivate(URI address) {
        if (address.getHost() == null) {
            return false;
        }
        return "https".equals(address.getScheme())
                || ("http".equals(address.getScheme()) && isLoopback(address.getHost()));
    }

    private static boolean isLoopback(String host) {
        try {
            return host.equals("localhost") || InetAddress.ofLiteral(host).isLoopbackAddress();
        } catch (IllegalArgumentException aName) {
            return false;
        }
    }

    @Override
    public Outcome send(PhoneNumber to, String text) {
        ObjectNode body = JSON.createObjectNode().put("to", to.text()).put("text", text);
        from.ifPresent(sender -> body.put("from", sender));
        try {
            HttpResponse<InputStream> answer =
                    http.send(
                            HttpRequest.newBuilder(address)
                                    .timeout(patience)
                                    .header("Authorization", "Bearer " + token())
                                    .header("Content-Type", "application/json")
                                    .POST(BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)))
                                    .build(),
                            BodyHandlers.ofInputStream());
            // Closed unread, so that nobody waits for one that never ends.
            try (InputStream _ = answer.body()) {
                return outcome(answer.statusCode());
            }
        } catch (IOException e) {
            // No text of it: it may hold what was said.
            return new Outcome.Retry("text-messages-away");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Outcome.Retry("interrupted");
        }
    }

    /// RFC 9110, section 15: 2xx took it, 429 and 5xx may take it later (RFC 6585, section 4).
    private static Outcome outcome(int status) {
        if (status / 100 == 2) {
            return new Outcome.Done();
        }
        String reason = "text-messages-status-" + status;
        return status == 429 || status >= 500
                ? new Outcome.Retry(reason)
                : new Outcome.Discard(reason);
    }

    /// Read every time: an agent that renews the token writes it anew.
    private String token() throws IOException {
        return Files.readString(tokenFile, UTF_8).strip();
    }

    @Override
    public String toString() {
        return "HttpTextMessages[" + address.getHost() + "]";
    }
}
