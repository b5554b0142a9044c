package org.postern.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.BrowserContext;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.db.Steps;
import org.postern.server.Postern;

/// An auditor takes the chain away, and finds what the owner of the database did to it.
class AuditJourney {

    private static final String PATIENT = "patient@example.org";
    private static final String OPENED = "'message.opened'";

    @TempDir Path folder;

    @Test
    void whatTheOwnerOfTheDatabaseChangesIsFoundOffline() throws Exception {
        Path data = folder.resolve("audited");
        Path export = folder.resolve("export.jsonl");
        Path later = folder.resolve("later.jsonl");
        try (EmbeddedPostgres database = EmbeddedPostgres.start();
                PosternProcess postern =
                        PosternProcess.start(
                                data,
                                PosternProcess.Ports.free(),
                                "--database-url",
                                "jdbc:postgresql://127.0.0.1:"
                                        + database.getPort()
                                        + "/postgres?user=postgres")) {
            sendAndRead(postern);

            assertThat(audit("export", "--data=" + data, "--out=" + export)).isZero();
            assertThat(Files.readString(export))
                    .contains(
                            "tenant.created",
                            "domain.added",
                            "connector.added",
                            "message.accepted",
                            "sign-in.requested",
                            "sign-in.redeemed",
                            "message.opened",
                            "audit.exported")
                    .doesNotContain("patient", "nurse", "Results");
            assertThat(audit("verify", export.toString())).isZero();
            assertThat(metrics(postern)).contains("audit_unchained_age_seconds");

            String change =
                    "UPDATE audit_event SET object_id = gen_random_uuid() WHERE kind = " + OPENED;
            assertThatExceptionOfType(SQLException.class)
                    .isThrownBy(() -> execute(database, change));
            execute(database, "SET session_replication_role = replica", change);

            assertThat(audit("export", "--data=" + data, "--out=" + later)).isZero();
            assertThat(audit("verify", later.toString())).isEqualTo(3);
            assertThat(audit("verify", export.toString(), "--seen=" + later)).isEqualTo(3);
            assertThat(audit("verify", export.toString(), "--seen=" + export)).isZero();
            assertThat(
                            audit(
                                    "export",
                                    "--data=" + data,
                                    "--host=other.example",
                                    "--out=" + folder.resolve("none")))
                    .isEqualTo(1);
            assertThat(folder.resolve("none")).doesNotExist();
        }
        assertThat(audit("export", "--data=" + data, "--out=" + later)).isEqualTo(1);
        assertThat(audit("verify", export.toString(), "--json")).isZero();
    }

    private static void sendAndRead(PosternProcess postern) throws Exception {
        try (SmtpSession smtp = SmtpSession.open(postern)) {
            assertThat(
                            smtp.send(
                                    "nurse@example.com",
                                    List.of(PATIENT),
                                    Mail.withAttachment(
                                            "nurse@example.com",
                                            PATIENT,
                                            "[Results]",
                                            "Text.",
                                            "a.pdf",
                                            Mail.file(100, 5))))
                    .startsWith("250");
        }
        try (Browser browser = new Browser();
                BrowserContext context = browser.somebody(false)) {
            Reader reader = new Reader(postern, PATIENT, context);
            reader.followNotice();
            reader.signIn();
            await().until(() -> reader.page().content().contains("Text."));
        }
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

    private static void execute(EmbeddedPostgres database, String... statements)
            throws SQLException {
        try (Connection connection = database.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            for (String each : statements) {
                statement.execute(each);
            }
        }
    }

    private static int audit(String... words) {
        List<String> all = new ArrayList<>(List.of("audit"));
        all.addAll(List.of(words));
        return Postern.run(Steps.UNWATCHED, all.toArray(String[]::new));
    }
}
