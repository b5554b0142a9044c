package org.postern.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Somebody writes into the mail database what no administrator asked for, and an operator finds
/// it.
class ConfigurationJourney {

    @TempDir Path folder;

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES) // a start, and commands in processes of their own
    void aConnectorThatSomebodyElseWroteIsFoundAndCountsOnlyWhenItIsAccepted() throws Exception {
        Path data = folder.resolve("data");
        try (EmbeddedPostgres database = EmbeddedPostgres.start()) {
            execute(database, "CREATE DATABASE ledger");
            String[] urls = {
                "--database-url", url(database, "postgres"), "--ledger-url", url(database, "ledger")
            };
            try (PosternProcess postern =
                    PosternProcess.start(data, PosternProcess.Ports.free(), urls)) {
                assertThat(run(data, "config", "diff").output())
                        .contains("OK  all rows are as they were set here");

                assertThat(run(data, "doctor", "keys").output()).contains("OK  no key is near");
                execute(database, "SELECT pg_create_physical_replication_slot('standby', true)");
                assertThat(run(data, "doctor", "keys").output())
                        .contains("WARN  nobody reads the replication slot standby");
                execute(database, "SELECT pg_drop_replication_slot('standby')");

                execute(
                        database,
                        """
                        INSERT INTO connector (tenant_id, connector_id, name, source_ranges, envelope_sender_only, seals_all, created_at)
                        SELECT tenant_id, gen_random_uuid(), 'his', '{203.0.113.9/32}', false, false, now() FROM tenant
                        """);

                Command found = run(data, "config", "diff", "--host", "localhost");
                assertThat(found.status()).isEqualTo(1);
                assertThat(found.output())
                        .contains("changed(connectors)", "  +  connectors[", "203.0.113.9/32")
                        .doesNotContain("SCRAM-SHA-256$");
                await().atMost(Duration.ofMinutes(1))
                        .until(() -> metrics(postern).contains("configuration_altered 1.0"));
                assertThat(run(data, "domain", "add", "--domain", "more.example").output())
                        .contains("config diff shows them");

                assertThat(run(data, "config", "accept", "--host", "other.example").status())
                        .isEqualTo(1);
                assertThat(run(data, "config", "accept", "--host", "localhost").status()).isZero();
                assertThat(run(data, "config", "diff").status()).isZero();
                assertThat(run(data, "domain", "add", "--domain", "more.example").status())
                        .isZero();
            }
        }
    }

    private static Command run(Path data, String... words) throws Exception {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                "org.postern.server.Postern"));
        command.addAll(List.of(words));
        command.addAll(List.of("--data", data.toString()));
        return Command.tried(command);
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

    private static void execute(EmbeddedPostgres database, String statement) throws SQLException {
        try (Connection connection = database.getPostgresDatabase().getConnection();
                Statement sql = connection.createStatement()) {
            sql.execute(statement);
        }
    }
}
