package org.postern.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Administrators take the mail database down; mail is taken meanwhile and arrives afterwards.
class DatabaseAwayJourney {

    @TempDir Path folder;

    @Test
    void mailIsTakenWhileTheDatabaseIsDownAndAfterAColdStartWithoutIt() throws Exception {
        PosternProcess.Ports ports = PosternProcess.Ports.free();
        Path data = folder.resolve("away");
        EmbeddedPostgres database = postgres(0);
        int port = database.getPort();
        String url = "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=postgres";
        try (PosternProcess postern = PosternProcess.start(data, ports, "--database-url", url)) {
            send(postern, "first@example.org");
            awaitNotice(data, "first@example.org");

            database.close();
            send(postern, "second@example.org");
            HttpResponse<String> page = get(postern.portal() + "/");
            HttpResponse<String> asked = get(postern.portal() + "/inbox");
            assertThat(page.statusCode()).isIn(200, 503);
            assertThat(asked.statusCode()).isIn(200, 302, 303, 503);
            assertThat(Reader.mails(data, entry -> entry.to().contains("second@"))).isEmpty();
        }
        try (PosternProcess cold = PosternProcess.start(data, ports, "--database-url", url)) {
            send(cold, "third@example.org");
            assertThat(Reader.mails(data, entry -> entry.to().contains("third@"))).isEmpty();
            database = postgres(port);
            awaitNotice(data, "second@example.org");
            awaitNotice(data, "third@example.org");
        } finally {
            database.close();
        }
    }

    private EmbeddedPostgres postgres(int port) throws Exception {
        return EmbeddedPostgres.builder()
                .setPort(port)
                .setDataDirectory(folder.resolve("external-postgres"))
                .setCleanDataDirectory(false)
                .start();
    }

    private static void send(PosternProcess postern, String recipient) throws Exception {
        try (SmtpSession smtp = SmtpSession.open(postern)) {
            assertThat(
                            smtp.send(
                                    "nurse@example.com",
                                    List.of(recipient),
                                    Mail.withAttachment(
                                            "nurse@example.com",
                                            recipient,
                                            "[Away]",
                                            "Text.",
                                            "a.pdf",
                                            Mail.file(100, 5))))
                    .startsWith("250");
        }
    }

    private static void awaitNotice(Path data, String recipient) {
        await().atMost(Duration.ofSeconds(60))
                .until(() ->
                        !Reader.mails(data, entry -> entry.to().contains(recipient)).isEmpty());
    }

    private static HttpResponse<String> get(String url) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(
                    HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(30)).build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }
}
