package org.postern.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.microsoft.playwright.BrowserContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postern.db.Steps;
import org.postern.server.Postern;

/// An administrator changes until when a message can be read, recalls one, erases a person and ends
/// the organisation, by his commands; a reader sees it in the browser.
class ShreddingJourney {

    private static final String PATIENT = "patient@example.org";
    private static final String DAUGHTER = "daughter@example.org";

    @TempDir Path folder;

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES) // three people sign in, one after the other
    void whatAnAdministratorTakesAwayIsGoneAtOnce() throws Exception {
        Path data = folder.resolve("shredded");
        try (PosternProcess postern = PosternProcess.start(data, PosternProcess.Ports.free());
                Browser browser = new Browser();
                BrowserContext patients = browser.somebody(false);
                BrowserContext daughters = browser.somebody(false)) {
            send(postern, "Results");
            Reader patient = new Reader(postern, PATIENT, patients);
            Reader daughter = new Reader(postern, DAUGHTER, daughters);
            patient.followNotice();
            patient.signIn();
            daughter.followNotice();
            daughter.signIn();
            String message = rows(patient).getFirst();
            String id = message.substring("/m/".length());
            assertThat(text(patient, message)).contains("Text of Results");

            assertThat(order(data, "message", "expire", id, "--days=0")).isZero();
            assertThat(rows(patient)).isEmpty();
            assertThat(status(patient, message)).isNotEqualTo(200);
            assertThat(order(data, "message", "expire", id, "--days=30")).isZero();
            assertThat(rows(patient)).containsExactly(message);
            assertThat(text(patient, message)).contains("Text of Results");
            assertThat(order(data, "message", "expire", id, "--days=4000"))
                    .as("beyond what the organisation keeps")
                    .isEqualTo(1);
            assertThat(order(data, "message", "expire", id)).isEqualTo(1);
            assertThat(order(data, "message", "recall", "no-id")).isEqualTo(1);

            assertThat(order(data, "message", "recall", id, "--recipient=" + PATIENT)).isZero();
            assertThat(status(patient, message)).isNotEqualTo(200);
            assertThat(rows(patient)).isEmpty();
            assertThat(text(daughter, message)).contains("Text of Results");
            assertThat(order(data, "message", "recall", id)).isZero();
            assertThat(status(daughter, message)).isNotEqualTo(200);

            assertThat(order(data, "erase", PATIENT)).isZero();
            assertThat(order(data, "erase", PATIENT)).as("there is nothing left").isZero();
            patient.page().navigate(postern.portal() + "/inbox");
            assertThat(patient.page().content()).contains("Send me a link");
            send(postern, "Later");
            patient.followLatestNotice();
            patient.signIn();
            assertThat(rows(patient)).hasSize(1);
            assertThat(text(patient, rows(patient).getFirst())).contains("Text of Later");

            assertThat(order(data, "tenant", "end")).as("not without --yes").isEqualTo(2);
            assertThat(order(data, "tenant", "end", "--host=other.example", "--yes")).isEqualTo(1);
            assertThat(order(data, "tenant", "end", "--yes")).isZero();
            assertThat(patient.page().request().get(postern.portal() + "/inbox").status())
                    .isNotEqualTo(200);
            try (SmtpSession smtp = SmtpSession.open(postern)) {
                List<String> recipients = List.of(PATIENT);
                assertThatThrownBy(() -> smtp.send("nurse@example.com", recipients, mail("Late")))
                        .as("no door takes mail for it")
                        .hasMessageContaining("550");
            }
            assertThat(order(data, "tenant", "end", "--yes"))
                    .as("there is no such organisation any more")
                    .isEqualTo(1);
        }
    }

    private static List<String> rows(Reader reader) {
        return Reader.links(new String(reader.get("/inbox"), UTF_8), "/m/[0-9a-f-]{36}");
    }

    private static String text(Reader reader, String message) {
        reader.page()
                .navigate(reader.page().url().replaceAll("(https?://[^/]+).*", "$1" + message));
        return reader.page().content()
                + reader.page().frames().stream().map(frame -> frame.content()).toList();
    }

    private static int status(Reader reader, String message) {
        return reader.page()
                .request()
                .get(reader.page().url().replaceAll("(https?://[^/]+).*", "$1" + message))
                .status();
    }

    private static void send(PosternProcess postern, String subject) throws Exception {
        try (SmtpSession smtp = SmtpSession.open(postern)) {
            assertThat(smtp.send("nurse@example.com", List.of(PATIENT, DAUGHTER), mail(subject)))
                    .startsWith("250");
        }
    }

    private static byte[] mail(String subject) {
        return Mail.withAttachment(
                "nurse@example.com",
                PATIENT,
                "[" + subject + "]",
                "Text of " + subject,
                "a.pdf",
                "a".getBytes(UTF_8));
    }

    private static int order(Path data, String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.add("--data=" + data);
        return Postern.run(Steps.UNWATCHED, all.toArray(String[]::new));
    }
}
