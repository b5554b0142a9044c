package org.postern.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.BrowserContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.db.Steps;
import org.postern.server.Postern;

/// A mail server takes a notice, cannot deliver it and says so an hour later.
class ReturnedMailJourney {

    private static final String NURSE = "nurse@example.com";
    private static final String PATIENT = "patient@example.org";
    private static final String DOMAIN = "returns.example.com";
    private static final Pattern RETURN_PATH =
            Pattern.compile("\\AReturn-Path: <(returned\\+[^>]+@" + DOMAIN + ")>");

    @TempDir private Path folder;

    @Test
    void whatComesBackIsTheSendersToSeeAndAnswersReachNobody() throws Exception {
        try (PosternProcess postern =
                        PosternProcess.start(
                                folder.resolve("returns"), PosternProcess.Ports.free());
                Browser browser = new Browser();
                BrowserContext nurses = browser.somebody(false)) {
            assertThat(returnsTo("example.com", postern)).as("its senders' own").isNotZero();
            assertThat(returnsTo(DOMAIN, postern)).isZero();
            try (SmtpSession smtp = SmtpSession.open(postern)) {
                assertThat(
                                smtp.send(
                                        NURSE,
                                        List.of(PATIENT),
                                        Mail.plain(NURSE, PATIENT, "[Results]", "Good news.")))
                        .startsWith("250");
            }
            String notice = awaitMail(postern, "To: " + PATIENT);
            assertThat(notice).contains("<no-answer@" + DOMAIN + ">");
            Matcher returnPath = RETURN_PATH.matcher(notice);
            assertThat(returnPath.find()).isTrue();

            comeBack(postern, returnPath.group(1));

            String report = awaitMail(postern, "To: " + NURSE);
            assertThat(report)
                    .startsWith("Return-Path: <>")
                    .contains("Action: failed", "Status: 5.1.1", "no such user here");
            Reader nurse = new Reader(postern, NURSE, nurses);
            nurse.page().navigate(postern.portal() + "/sent");
            nurse.signIn();
            String row =
                    Reader.links(new String(nurse.get("/sent"), UTF_8), "/m/[0-9a-f-]{36}")
                            .getFirst();
            assertThat(new String(nurse.get(row), UTF_8))
                    .contains("Their mail server refused the notice (it answered 5.1.1).");
        }
    }

    private static int returnsTo(String domain, PosternProcess postern) {
        return Postern.run(
                Steps.UNWATCHED,
                "tenant",
                "mail",
                "--data",
                postern.data().toString(),
                "--returns",
                domain);
    }

    private static void comeBack(PosternProcess postern, String returnPath) throws Exception {
        try (SmtpSession smtp = SmtpSession.open(postern)) {
            smtp.say("MAIL FROM:<" + PATIENT + ">");
            smtp.expect("250");
            smtp.say("RCPT TO:<no-answer@" + DOMAIN + ">");
            assertThat(smtp.reply()).startsWith("550 5.7.1 Your answer has reached nobody");
            smtp.say(
                    "RCPT TO:<returned+"
                            + "0".repeat(32)
                            + "."
                            + "0".repeat(20)
                            + "@"
                            + DOMAIN
                            + ">");
            smtp.expect("550");
            smtp.say("RSET");
            smtp.expect("250");
            String report =
                    """
                    From: MAILER-DAEMON@mx.example.org
                    Subject: Undelivered Mail Returned to Sender
                    MIME-Version: 1.0
                    Content-Type: multipart/report; report-type=delivery-status; boundary="b"

                    --b
                    Content-Type: text/plain

                    I am sorry.

                    --b
                    Content-Type: message/delivery-status

                    Reporting-MTA: dns; mx.example.org

                    Final-Recipient: rfc822; %s
                    Action: failed
                    Status: 5.1.1
                    Diagnostic-Code: smtp; 550 5.1.1 no such user here

                    --b--
                    """
                            .formatted(PATIENT);
            assertThat(
                            smtp.send(
                                    "",
                                    List.of(returnPath),
                                    report.replace("\n", "\r\n").getBytes(UTF_8)))
                    .startsWith("250");
        }
    }

    private static String awaitMail(PosternProcess postern, String field) {
        return await().atMost(Duration.ofSeconds(60))
                .until(() -> mails(postern, field), mails -> !mails.isEmpty())
                .getFirst();
    }

    private static List<String> mails(PosternProcess postern, String field) throws IOException {
        Path outbox = postern.data().resolve("outbox");
        if (!Files.exists(outbox)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(outbox)) {
            return files.filter(file -> file.toString().endsWith(".eml"))
                    .sorted()
                    .map(ReturnedMailJourney::read)
                    .filter(mail -> mail.contains("\r\n" + field))
                    .toList();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
