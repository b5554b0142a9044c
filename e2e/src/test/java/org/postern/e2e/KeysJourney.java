package org.postern.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.BrowserContext;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postern.db.Steps;
import org.postern.notifications.outgoing.OutboxLetter;
import org.postern.server.Postern;

/// An operator rotates all keys, the machine loses power, and nothing is lost.
class KeysJourney {

    private static final String PATIENT = "patient@example.org";

    @TempDir Path folder;

    /// What a command said, and its exit status.
    private record Said(int status, String text) {}

    @Test
    @Timeout(
            value = 10,
            unit = TimeUnit.MINUTES) // two starts, and commands in processes of their own
    void aRotationSurvivesAKillAndOldMailIsReadAfterwards() throws Exception {
        PosternProcess.Ports ports = PosternProcess.Ports.free();
        Path data = folder.resolve("rotated");
        try (EmbeddedPostgres database = EmbeddedPostgres.start();
                Browser browser = new Browser()) {
            execute(database, "postgres", "CREATE DATABASE ledger");
            String[] urls = {
                "--database-url", url(database, "postgres"), "--ledger-url", url(database, "ledger")
            };
            try (PosternProcess postern = PosternProcess.start(data, ports, urls)) {
                send(postern, "Before.");
                await().atMost(Duration.ofMinutes(1)).until(() -> !notices(postern).isEmpty());

                assertThat(status(data, "verify")).isZero();
                assertThat(keys(data, "rotate", "all").text())
                        .contains(
                                "root: version 2 wraps",
                                "tenant: 1 new versions made",
                                "signing: version 2 signs from now on");
                postern.kill();
            }
            try (PosternProcess again = PosternProcess.start(data, ports, urls)) {
                await().atMost(Duration.ofMinutes(2)).until(() -> formerMailboxKeys(database) > 0);
                assertThat(keys(data, "status", "--host", "localhost").text())
                        .contains("is being replaced.", "older ones are kept", "local")
                        .containsPattern("signing +2 ")
                        .doesNotContain("is not the version that wraps")
                        .doesNotContain("patient", "nurse");
                send(again, "After.");
                readsBoth(again, browser);
                assertThat(status(data, "verify")).isZero();
                assertThat(metrics(again)).contains("keys_age_seconds{level=\"tenant\"");

                execute(
                        database,
                        "ledger",
                        """
                        UPDATE shred_secret
                           SET wrapped_secret = set_byte(wrapped_secret, 40, 255 - get_byte(wrapped_secret, 40))
                        """);
                Said broken = keys(data, "verify");
                assertThat(broken.status()).isEqualTo(1);
                assertThat(broken.text())
                        .contains(
                                "BROKEN  shred_secret ",
                                "OK  1 of signing_key",
                                "OK  1 of succession");
                assertThat(status(data, "rotate", "everything")).isEqualTo(1);
                assertThat(status(data, "status", "--host", "other.example")).isEqualTo(1);
                assertThat(status(data, "forget-door", "nobody")).isEqualTo(1);
            }
        }
    }

    private static void readsBoth(PosternProcess postern, Browser browser) throws Exception {
        try (BrowserContext context = browser.somebody(false)) {
            Reader reader = new Reader(postern, PATIENT, context);
            await().atMost(Duration.ofMinutes(1)).until(() -> notices(postern).size() == 2);
            reader.followNotice();
            reader.signIn();
            assertThat(reader.page().content()).contains("Before.");
            assertThat(reader.inbox().getFirst()).contains("Before.", "After.");
        }
    }

    private static void send(PosternProcess postern, String text) throws Exception {
        try (SmtpSession smtp = SmtpSession.open(postern)) {
            assertThat(
                            smtp.send(
                                    "nurse@example.com",
                                    List.of(PATIENT),
                                    Mail.withAttachment(
                                            "nurse@example.com",
                                            PATIENT,
                                            "[" + text + "]",
                                            text,
                                            "a.pdf",
                                            Mail.file(100, 5))))
                    .startsWith("250");
        }
    }

    private static List<OutboxLetter> notices(PosternProcess postern) throws IOException {
        return Reader.mails(
                postern.data(),
                entry ->
                        entry.to().contains(PATIENT) && entry.subject().contains("secure message"));
    }

    private static Said keys(Path data, String... words) throws Exception {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                "org.postern.server.Postern",
                                "keys"));
        command.addAll(List.of(words));
        command.addAll(List.of("--data", data.toString()));
        Command done = Command.tried(command);
        return new Said(done.status(), done.output());
    }

    private static int status(Path data, String... words) {
        List<String> all = new ArrayList<>(List.of("keys"));
        all.addAll(List.of(words));
        all.addAll(List.of("--data", data.toString()));
        return Postern.run(Steps.UNWATCHED, all.toArray(String[]::new));
    }

    private static String metrics(PosternProcess postern) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(
                            HttpRequest.newBuilder(
                                            URI.create(
                                                    "http://localhost:"
                                                            + postern.ports().management()
                                                            + "/prometheus"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    private static String url(EmbeddedPostgres database, String name) {
        return "jdbc:postgresql://127.0.0.1:" + database.getPort() + "/" + name + "?user=postgres";
    }

    private static void execute(EmbeddedPostgres database, String name, String statement)
            throws SQLException {
        try (Connection connection = database.getDatabase("postgres", name).getConnection();
                Statement sql = connection.createStatement()) {
            sql.execute(statement);
        }
    }

    private static long formerMailboxKeys(EmbeddedPostgres database) throws SQLException {
        try (Connection connection = database.getDatabase("postgres", "ledger").getConnection();
                Statement sql = connection.createStatement();
                ResultSet rows = sql.executeQuery("SELECT count(*) FROM former_mailbox_key")) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
