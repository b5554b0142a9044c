package org.postern.portal.reading;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.db.MessageId;
import org.postern.db.PhoneNumber;
import org.postern.notifications.job.Outcome;
import org.postern.notifications.text.HttpTextMessages;
import org.postern.portal.Browser;
import org.postern.portal.Browser.Page;
import org.postern.portal.SettableClock;
import org.postern.portal.TestPortal;
import org.postern.portal.TextService;
import org.postern.portal.TextService.Text;

/// A message that asks for a PIN from a phone, through its pages, with a service that gets the
/// texts.
class PhonePinTest {

    private static final TestPortal PORTAL = TestPortal.shared();
    private static final PhoneNumber PHONE = new PhoneNumber("+491711234567");

    private final String nurse = "nurse-" + UUID.randomUUID() + "@clinic.example";
    private final String patient = "patient-" + UUID.randomUUID() + "@example.org";
    private final MessageId message = deliver();
    private final String path = "/m/" + message;

    @TempDir private Path folder;
    private TextService service;

    @BeforeEach
    void start() throws IOException {
        service = new TextService();
    }

    @AfterEach
    void stop() {
        service.close();
    }

    private MessageId deliver() {
        return PORTAL.deliverLocked(
                nurse,
                List.of(patient),
                PHONE,
                """
                From: Nurse <%s>
                To: %s
                Subject: [Results]
                MIME-Version: 1.0
                Content-Type: multipart/mixed; boundary=b

                --b
                Content-Type: text/plain

                the canary in the text
                --b
                Content-Type: text/plain; name=canary.txt
                Content-Disposition: attachment; filename=canary.txt

                the canary in the file
                --b--
                """
                        .formatted(nurse, patient));
    }

    /// Presses the button, and lets the worker do what it is there for.
    private Outcome send(Browser browser, String of) throws Exception {
        Page answer = browser.post(of + "/pin", Map.of(), of + "/unlock");
        assertThat(answer.status()).isEqualTo(303);
        assertThat(answer.header("Location")).contains(of + "/unlock");
        return work();
    }

    private Outcome work() throws IOException, NoSuchAlgorithmException {
        return PORTAL.sendPin(
                HttpTextMessages.at(
                        service.address(),
                        Files.writeString(folder.resolve("token"), "token"),
                        Optional.empty(),
                        SSLContext.getDefault()));
    }

    private Text newest() {
        return service.sent().getLast();
    }

    private static String not(String pin) {
        return pin.equals("000000") ? "000001" : "000000";
    }

    private Page type(Browser browser, String pin) {
        return browser.post(path + "/unlock", Map.of("pin", pin), path + "/unlock");
    }

    @Test
    void nothingOfItIsShownBeforeThePinWasTyped() throws Exception {
        Browser browser = PORTAL.signedIn(patient);

        assertThat(browser.get("/inbox").text())
                .contains("Results", "Opens with a PIN sent to a phone")
                .doesNotContain("canary in the text");
        for (String part : List.of("", "/body", "/attachment/1", "/original", "/inline/1")) {
            Page answer = browser.get(path + part);
            assertThat(answer.status()).isEqualTo(303);
            assertThat(answer.header("Location")).contains(path + "/unlock");
            assertThat(answer.text()).doesNotContain("canary");
        }
        assertThat(browser.get(path + "/unlock").text())
                .contains("A PIN goes to the phone ending in", "••67", "Send the PIN")
                .doesNotContain("canary", "1234567", "name=\"pin\"");
        send(browser, path);
        assertThat(browser.get(path).header("Location"))
                .as("sent is not typed")
                .contains(path + "/unlock");
    }

    @Test
    void itOpensOnceThePinFromThePhoneWasTyped() throws Exception {
        Browser browser = PORTAL.signedIn(patient);

        assertThat(send(browser, path)).isEqualTo(new Outcome.Done());

        assertThat(newest().to()).isEqualTo("+491711234567");
        assertThat(newest().text())
                .matches(
                        "[0-9]{6} is the PIN for a message from .*\\. It is valid for 10 minutes\\."
                                + " Nobody will ask you for it\\.");
        Page page = browser.get(path + "/unlock");
        assertThat(page.text())
                .contains("A PIN is on its way to the phone ending in", "••67")
                .contains("name=\"pin\"", "autocomplete=\"one-time-code\"")
                .doesNotContain(newest().pin(), "1234567");
        String typed = newest().pin().substring(0, 3) + " " + newest().pin().substring(3);
        assertThat(type(browser, typed).header("Location")).contains(path);
        assertThat(browser.get(path).text()).contains("the canary in the text");
        assertThat(browser.get(path + "/unlock").header("Location")).contains(path);
        assertThat(PORTAL.signedIn(patient).get(path).header("Location"))
                .as("another session is asked again")
                .contains(path + "/unlock");
    }

    @Test
    void afterFiveWrongPinsItsAuthorIsToldAndNamesAnotherPhone() throws Exception {
        Browser browser = PORTAL.signedIn(patient);
        send(browser, path);
        String wrong = not(newest().pin());
        Page first = type(browser, wrong);
        assertThat(first.status()).isEqualTo(422);
        assertThat(first.text()).contains("You can try 4 more times.", "aria-invalid=\"true\"");
        assertThat(type(browser, "12345").text())
                .as("no PIN, so no try")
                .contains("You can try 4 more times.");
        long told = PORTAL.jobs("pin-spent");
        for (int i = 0; i < 4; i++) {
            type(browser, wrong);
        }

        assertThat(browser.get(path + "/unlock").text())
                .contains("A PIN was typed wrong five times")
                .doesNotContain("name=\"pin\"", "Send the PIN");
        assertThat(type(browser, newest().pin()).status()).as("too late").isEqualTo(422);
        assertThat(PORTAL.jobs("pin-spent")).isEqualTo(told + 1);

        Browser author = PORTAL.signedIn(nurse);
        assertThat(author.get(path).text())
                .contains("the canary in the text", path + "/phone")
                .doesNotContain("1234567");
        Page bad = author.post(path + "/phone", Map.of("phone", "0171 7654321"), path + "/phone");
        assertThat(bad.status()).isEqualTo(422);
        assertThat(bad.text()).contains("without (0)");
        Page changed =
                author.post(path + "/phone", Map.of("phone", "+49 171 7654321"), path + "/phone");
        assertThat(changed.header("Location")).contains(path + "?locked");
        assertThat(author.get(path + "?locked").text()).contains("The new number is set.");

        send(browser, path);
        assertThat(newest().to()).isEqualTo("+491717654321");
        assertThat(type(browser, newest().pin()).header("Location")).contains(path);
    }

    @Test
    void aPinWorksForTenMinutes() throws Exception {
        Browser browser = PORTAL.signedIn(patient);
        send(browser, path);
        String pin = newest().pin();

        try (SettableClock.Jump _ = PORTAL.clock().jump(Duration.ofMinutes(10))) {
            assertThat(browser.get(path + "/unlock").text())
                    .contains("Send the PIN")
                    .doesNotContain("name=\"pin\"");
            Page late = type(browser, pin);
            assertThat(late.status()).isEqualTo(422);
            assertThat(late.text()).contains("That PIN no longer works", "Send the PIN");
            send(browser, path);
            assertThat(type(browser, newest().pin()).header("Location")).contains(path);
        }
    }

    @Test
    void thePinOfOneMessageOpensNoOther() throws Exception {
        Browser browser = PORTAL.signedIn(patient);
        MessageId other = deliver();
        String otherPath = "/m/" + other;
        send(browser, path);
        String pin = newest().pin();
        do {
            send(browser, otherPath);
        } while (newest().pin().equals(pin));

        Page answer =
                browser.post(otherPath + "/unlock", Map.of("pin", pin), otherPath + "/unlock");

        assertThat(answer.status()).isEqualTo(422);
        assertThat(browser.get(otherPath).status()).isEqualTo(303);
        assertThat(type(browser, pin).header("Location")).contains(path);
    }

    @Test
    void whatTheServiceDoesNotTakeCanBeAskedForAgain() throws Exception {
        Browser browser = PORTAL.signedIn(patient);
        service.answers(503);
        assertThat(send(browser, path)).isInstanceOf(Outcome.Retry.class);
        service.answers(422);
        assertThat(send(browser, path)).isInstanceOf(Outcome.Discard.class);
        assertThat(browser.get(path + "/unlock").text()).contains("send another PIN");
        service.answers(202);

        send(browser, path);

        assertThat(type(browser, newest().pin()).header("Location")).contains(path);
    }

    @Test
    void afterThreePinsInAnHourThePageSaysWhenThereIsAnother() throws Exception {
        Browser browser = PORTAL.signedIn(patient);
        for (int i = 0; i < 3; i++) {
            send(browser, path);
        }
        long asked = PORTAL.jobs("pin-text");

        browser.post(path + "/pin", Map.of(), path + "/unlock");

        assertThat(PORTAL.jobs("pin-text")).isEqualTo(asked);
        assertThat(browser.get(path + "/unlock").text())
                .contains("Another PIN can be sent in 60 minutes.")
                .doesNotContain("send another PIN");
        assertThat(type(browser, newest().pin()).header("Location")).contains(path);
    }

    @Test
    void nobodyElseHasPinsSentOrNamesAPhone() throws Exception {
        Browser reader = PORTAL.signedIn(patient);
        String strangersAddress = "stranger-" + UUID.randomUUID() + "@example.org";
        PORTAL.deliver(
                nurse, List.of(strangersAddress), "From: " + nurse + "\nSubject: [x]\n\nx\n");
        Browser stranger = PORTAL.signedIn(strangersAddress);
        long asked = PORTAL.jobs("pin-text");

        assertThat(stranger.get(path + "/unlock").status()).isEqualTo(404);
        assertThat(stranger.post(path + "/pin", Map.of(), "/inbox").status()).isEqualTo(404);
        assertThat(reader.get(path + "/phone").status()).isEqualTo(404);
        assertThat(
                        reader.post(
                                        path + "/phone",
                                        Map.of("phone", "+49 171 7654321"),
                                        path + "/unlock")
                                .status())
                .isEqualTo(404);
        assertThat(PORTAL.signedIn(nurse).get(path + "/password").status()).isEqualTo(404);
        assertThat(PORTAL.jobs("pin-text")).isEqualTo(asked);
    }

    @Test
    void aMessageThatIsLockedIsNotAnsweredBeforeItWasOpened() {
        Page answer =
                PORTAL.signedIn(patient)
                        .post(
                                path + "/reply",
                                Map.of("text", "an answer", "key", UUID.randomUUID().toString()),
                                path + "/unlock");

        assertThat(answer.status()).isNotEqualTo(200);
        assertThat(PORTAL.signedIn(nurse).get("/inbox").text()).doesNotContain("an answer");
    }
}
