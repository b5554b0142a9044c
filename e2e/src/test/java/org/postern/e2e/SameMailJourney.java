package org.postern.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.BrowserContext;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.notifications.outgoing.OutboxLetter;

/// The same mail comes more than once: since its client lost our 250, and since a mail server made
/// two messages of one.
class SameMailJourney {

    private static final String NURSE = "nurse@example.com";
    private static final String PATIENT = "patient@example.org";
    private static final String DAUGHTER = "daughter@example.org";

    @TempDir Path folder;

    @Test
    void handedInTwiceItIsOneRowAndOneNoticeAndItsCopiesAreOneRowInSent() throws Exception {
        Path data = folder.resolve("same");
        try (PosternProcess postern = PosternProcess.start(data, PosternProcess.Ports.free());
                Browser browser = new Browser();
                BrowserContext patients = browser.somebody(false);
                BrowserContext nurses = browser.somebody(false)) {
            send(postern, PATIENT, mail("hub1", "Results"));
            send(postern, PATIENT, mail("hub1", "Results"));
            send(postern, DAUGHTER, mail("hub2", "Results"));
            await().atMost(Duration.ofSeconds(60)).until(() -> delivered(postern) == 3);
            send(postern, PATIENT, mail("hub1", "Afterwards"));

            Reader patient = new Reader(postern, PATIENT, patients);
            assertThat(List.of(messageOf(patient.nextMail()), messageOf(patient.nextMail())))
                    .as("a notice of each message")
                    .doesNotHaveDuplicates();
            assertThat(Reader.mails(data, entry -> entry.to().contains(DAUGHTER))).hasSize(1);
            patient.page().navigate(postern.portal() + "/inbox");
            patient.signIn();
            assertThat(rows(patient, "/inbox")).hasSize(2);

            Reader nurse = new Reader(postern, NURSE, nurses);
            nurse.page().navigate(postern.portal() + "/sent");
            nurse.signIn();
            List<String> sent = rows(nurse, "/sent");
            assertThat(sent).hasSize(2);
            assertThat(new String(nurse.get(sent.getLast()), UTF_8)).contains(PATIENT, DAUGHTER);
        }
    }

    private static List<String> rows(Reader reader, String folder) {
        return Reader.links(new String(reader.get(folder), UTF_8), "/m/[0-9a-f-]{36}");
    }

    private static String messageOf(OutboxLetter notice) {
        return notice.links().getFirst().getPath().split("/", -1)[2]; // /m/MESSAGE/n/NUMBER
    }

    private static long delivered(PosternProcess postern) {
        return postern.output().stream().filter(line -> line.contains("message delivered")).count();
    }

    private static void send(PosternProcess postern, String recipient, byte[] content)
            throws Exception {
        try (SmtpSession smtp = SmtpSession.open(postern)) {
            assertThat(smtp.send(NURSE, List.of(recipient), content)).startsWith("250");
        }
    }

    private static byte[] mail(String hub, String subject) {
        return """
        Received: from %1$s.example.com by edge.example.com; Mon, 23 Nov 2026 10:00:00 +0000
        From: Nora Nurse <%2$s>
        To: %3$s, %4$s
        Message-ID: <%5$s@mail.example.com>
        X-MS-Exchange-Organization-Id: %1$s
        Subject: [%5$s]

        Good news.
        """
                .formatted(hub, NURSE, PATIENT, DAUGHTER, subject)
                .replace("\n", "\r\n")
                .getBytes(UTF_8);
    }
}
