package org.postern.portal.reply;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.postern.db.MessageId;
import org.postern.portal.Browser;
import org.postern.portal.Browser.FormPart;
import org.postern.portal.Browser.Page;
import org.postern.portal.TestPortal;

/// Answering, through the door.
class ReplyTest {

    private static final String PATIENT = "answering@example.org";
    private static final String NURSE = "asking@example.com";
    private static final TestPortal portal = TestPortal.shared();

    @Test
    void theSenderReadsTheAnswerWithItsFiles() {
        MessageId question = question();
        Browser patient = portal.signedIn(PATIENT);
        Page page = patient.get("/m/" + question);
        Page sent =
                patient.postParts(
                        "/m/" + question + "/reply",
                        form(
                                page.hiddenFields(),
                                "Thank you <b>very</b> much\r\nsecond line",
                                FormPart.file(
                                        "C:\\scans\\Über uns.pdf", "application/pdf", "pdf bytes"),
                                FormPart.file("empty.txt", "text/plain", ""),
                                FormPart.file("", "application/octet-stream", "")));
        assertThat(sent.status()).isEqualTo(303);
        assertThat(sent.header("Location")).contains("/m/" + question + "?sent#sent");
        assertThat(patient.get("/m/" + question + "?sent").text()).contains("Your answer was sent");

        MessageId answer = awaitAnswer(question, patient);
        Browser nurse = portal.signedIn(NURSE);
        assertThat(nurse.get("/inbox").text()).contains("Re: Question", "/m/" + answer);
        String read = nurse.get("/m/" + answer).text();
        assertThat(read)
                .contains("Thank you &lt;b&gt;very&lt;/b&gt; much", "second line")
                .contains("Über uns.pdf", "empty.txt")
                .doesNotContain("scans");
        String file = read.substring(read.indexOf("Über uns.pdf"));
        Page download = nurse.get(file.replaceFirst("(?s).*?href=\"([^\"]+)\".*", "$1"));
        assertThat(download.text()).isEqualTo("pdf bytes");
    }

    @Test
    void sendingTwiceGivesOneMessage() {
        MessageId question = question();
        Browser patient = portal.signedIn(PATIENT);
        Map<String, String> fields = patient.get("/m/" + question).hiddenFields();
        for (int i = 0; i < 2; i++) {
            Page sent = patient.postParts("/m/" + question + "/reply", form(fields, "Only once"));
            assertThat(sent.status()).isEqualTo(303);
        }
        awaitAnswer(question, patient);
        portal.deliver(NURSE, List.of(PATIENT), "From: " + NURSE + "\nSubject: After\n\nx\n");
        assertThat(Pattern.compile("Only once").matcher(patient.get("/sent").text()).results())
                .hasSize(1);
    }

    @Test
    void anAnswerWithoutItsTokenIsRefused() {
        MessageId question = question();
        Browser patient = portal.signedIn(PATIENT);
        Map<String, String> fields = patient.get("/m/" + question).hiddenFields();
        List<FormPart> without = new ArrayList<>(form(fields, "Forged"));
        without.removeFirst();
        assertThat(patient.postParts("/m/" + question + "/reply", without).status()).isEqualTo(403);
        List<FormPart> late = new ArrayList<>(without);
        late.add(FormPart.field("_csrf", field(fields, "_csrf")));
        assertThat(patient.postParts("/m/" + question + "/reply", late).status()).isEqualTo(403);
    }

    @Test
    void nothingToSendIsSaid() {
        MessageId question = question();
        Browser patient = portal.signedIn(PATIENT);
        Page page =
                patient.postParts(
                        "/m/" + question + "/reply",
                        form(patient.get("/m/" + question).hiddenFields(), " \r\n "));
        assertThat(page.status()).isEqualTo(422);
        assertThat(page.text()).contains("There is nothing to send yet");
    }

    @Test
    void nobodyAnswersAMessageThatIsNotHis() {
        MessageId question = question();
        Browser stranger = portal.signedIn(NURSE);
        MessageId own =
                portal.deliver(
                        "x@example.com", List.of(NURSE), "From: x@example.com\nSubject: y\n\nz\n");
        Map<String, String> fields = stranger.get("/m/" + own).hiddenFields();
        MessageId other =
                portal.deliver(
                        "x@example.com",
                        List.of(PATIENT),
                        "From: x@example.com\nSubject: y\n\nz\n");
        assertThat(stranger.postParts("/m/" + other + "/reply", form(fields, "Hello")).status())
                .isEqualTo(404);
        assertThat(question).isNotNull();
    }

    @Test
    void aFileTooLargeIsRefusedAndTheTextKept() {
        TestPortal small =
                new TestPortal(
                        Map.of(
                                "postern.portal.max-file",
                                "100KB",
                                "postern.portal.max-reply",
                                "150KB"));
        MessageId question =
                small.deliver(NURSE, List.of(PATIENT), "From: " + NURSE + "\nSubject: Q\n\nText\n");
        Browser patient = small.signedIn(PATIENT);
        String large = "x".repeat(101 * 1024);
        String fair = "x".repeat(80 * 1024);

        Page file =
                patient.postParts(
                        "/m/" + question + "/reply",
                        form(
                                patient.get("/m/" + question).hiddenFields(),
                                "Words '\"><x> worth keeping",
                                FormPart.file("a.bin", "application/octet-stream", large),
                                FormPart.file("b.bin", "application/octet-stream", large)));
        assertThat(file.status()).isEqualTo(413);
        assertThat(file.text())
                .contains("A file is too large", "Words &#39;&quot;&gt;&lt;x&gt; worth keeping");

        Page all =
                patient.postParts(
                        "/m/" + question + "/reply",
                        form(
                                patient.get("/m/" + question).hiddenFields(),
                                "Words",
                                FormPart.file("a.bin", "application/octet-stream", fair),
                                FormPart.file("b.bin", "application/octet-stream", fair)));
        assertThat(all.status()).isEqualTo(413);
        assertThat(all.text()).contains("The files are too large together");
        assertThat(patient.get("/sent").text()).contains("Nothing sent yet");
    }

    @Test
    void noByteOfAnUploadReachesADiskInClear() throws IOException {
        MessageId question = question();
        Browser patient = portal.signedIn(PATIENT);
        String canary = "upload-canary-7c1f";
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
        List<Path> before = list(temporary);
        patient.postParts(
                "/m/" + question + "/reply",
                form(
                        patient.get("/m/" + question).hiddenFields(),
                        canary,
                        FormPart.file(canary + ".txt", "text/plain", canary.repeat(50_000))));
        awaitAnswer(question, patient);
        List<Path> after = new ArrayList<>(list(temporary));
        after.removeAll(before);
        assertThat(after).noneMatch(path -> path.toString().contains("upload"));
        assertThat(portal.files())
                .allSatisfy(file -> {
                    assertThat(file.toString()).doesNotContain(canary);
                    assertThat(
                                    new String(
                                            Files.readAllBytes(file),
                                            java.nio.charset.StandardCharsets.ISO_8859_1))
                            .doesNotContain(canary);
                });
    }

    @Test
    void aFormThatIsNoneIsRefused() {
        MessageId question = question();
        Browser patient = portal.signedIn(PATIENT);
        Map<String, String> fields = patient.get("/m/" + question).hiddenFields();
        assertThat(patient.post("/m/" + question + "/reply", fields).status()).isEqualTo(400);
        assertThat(
                        patient.postParts(
                                        "/m/" + question + "/reply",
                                        List.of(
                                                FormPart.field("_csrf", field(fields, "_csrf")),
                                                FormPart.field("key", "no key")))
                                .status())
                .isEqualTo(400);
    }

    private static MessageId question() {
        return portal.deliver(
                NURSE,
                List.of(PATIENT),
                "From: Nurse <asking@example.com>\n"
                        + "To: answering@example.org\n"
                        + "Subject: [Question]\n"
                        + "Message-ID: <"
                        + System.nanoTime()
                        + "@example.com>\n\nHow are you?\n");
    }

    private static String field(Map<String, String> fields, String name) {
        return requireNonNull(fields.get(name));
    }

    private static List<FormPart> form(Map<String, String> hidden, String text, FormPart... files) {
        List<FormPart> parts = new ArrayList<>();
        parts.add(FormPart.field("_csrf", field(hidden, "_csrf")));
        parts.add(FormPart.field("key", field(hidden, "key")));
        parts.add(FormPart.field("text", text));
        parts.addAll(List.of(files));
        return parts;
    }

    /// The answer is listed in its thread once it is delivered.
    private static MessageId awaitAnswer(MessageId question, Browser browser) {
        Pattern folded = Pattern.compile("class=\"folded\" href=\"/m/([0-9a-f-]{36})\"");
        return await().atMost(Duration.ofSeconds(20))
                .until(
                        () ->
                                folded.matcher(browser.get("/m/" + question).text())
                                        .results()
                                        .map(found ->
                                                new MessageId(
                                                        java.util.UUID.fromString(found.group(1))))
                                        .toList(),
                        answers -> !answers.isEmpty())
                .getFirst();
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }
}
