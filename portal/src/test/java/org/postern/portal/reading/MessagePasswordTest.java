package org.postern.portal.reading;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.postern.crypto.PasswordHash;
import org.postern.db.MessageId;
import org.postern.db.MessagePassword;
import org.postern.portal.Browser;
import org.postern.portal.Browser.Page;
import org.postern.portal.TestPortal;

/// A message that asks for a password of its own, through its pages.
class MessagePasswordTest {

    private static final TestPortal PORTAL = TestPortal.shared();
    private final String nurse = "nurse-" + UUID.randomUUID() + "@clinic.example";
    private final String patient = "patient-" + UUID.randomUUID() + "@example.org";
    private final MessageId message =
            PORTAL.deliverLocked(
                    nurse,
                    List.of(patient),
                    new MessagePassword(
                            PasswordHash.hash("Tulips at noon", new SecureRandom()),
                            Optional.of("Our <b>flower</b>")),
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
    private final String path = "/m/" + message;

    private Page unlock(Browser browser, String password) {
        return browser.post(path + "/unlock", Map.of("password", password), path + "/unlock");
    }

    @Test
    void nothingOfItIsShownBeforeItsPasswordWasTyped() {
        Browser browser = PORTAL.signedIn(patient);

        assertThat(browser.get("/inbox").text())
                .contains("Results", "Opens with a password")
                .doesNotContain("canary in the text");
        for (String part : List.of("", "/body", "/attachment/1", "/original", "/inline/1")) {
            Page answer = browser.get(path + part);
            assertThat(answer.status()).isEqualTo(303);
            assertThat(answer.header("Location")).contains(path + "/unlock");
            assertThat(answer.text()).doesNotContain("canary");
        }
        assertThat(browser.get(path + "/unlock").text())
                .contains("This message has a password", "Our &lt;b&gt;flower&lt;/b&gt;")
                .doesNotContain("canary");
    }

    @Test
    void itOpensOnceThePasswordWasTyped() {
        Browser browser = PORTAL.signedIn(patient);

        Page answer = unlock(browser, "Tulips at noon");

        assertThat(answer.header("Location")).contains(path);
        String page = browser.get(path).text();
        assertThat(page).contains("the canary in the text");
        Matcher file = Pattern.compile(path + "/attachment/[0-9]+").matcher(page);
        assertThat(file.find()).isTrue();
        assertThat(browser.get(file.group()).text()).contains("canary in the file");
        assertThat(browser.get(path + "/unlock").header("Location")).contains(path);
        assertThat(PORTAL.signedIn(patient).get(path).header("Location"))
                .contains(path + "/unlock");
    }

    @Test
    void aWrongPasswordSaysHowManyTriesAreLeftAndNothingTypedCostsNone() {
        Browser browser = PORTAL.signedIn(patient);

        Page wrong = unlock(browser, "Roses at noon");
        Page empty = unlock(browser, "  ");

        assertThat(wrong.status()).isEqualTo(422);
        assertThat(wrong.text())
                .contains("This is not the password. You can try 4 more times.")
                .contains("aria-invalid=\"true\"")
                .doesNotContain("Roses at noon");
        assertThat(empty.status()).isEqualTo(422);
        assertThat(empty.text()).contains("You can try 4 more times.");
    }

    @Test
    void afterFiveWrongOnesItsAuthorIsToldAndGivesItAnother() {
        Browser browser = PORTAL.signedIn(patient);
        long told = PORTAL.jobs("password-spent");
        for (int i = 0; i < 5; i++) {
            unlock(browser, "Roses at noon");
        }

        assertThat(browser.get(path + "/unlock").text())
                .contains("It was typed wrong five times")
                .doesNotContain("type=\"password\"");
        assertThat(PORTAL.jobs("password-spent")).isEqualTo(told + 1);

        Browser author = PORTAL.signedIn(nurse);
        assertThat(author.get(path).text()).contains("the canary in the text", path + "/password");
        Page bad =
                author.post(
                        path + "/password",
                        Map.of("password", "short", "hint", "A hint"),
                        path + "/password");
        assertThat(bad.status()).isEqualTo(422);
        assertThat(bad.text()).contains("Take six to 128 characters", "value=\"A hint\"");
        Page changed =
                author.post(
                        path + "/password",
                        Map.of("password", "Lilies at nine", "hint", ""),
                        path + "/password");
        assertThat(changed.header("Location")).contains(path + "?locked");
        assertThat(author.get(path + "?locked").text()).contains("The new password is set.");

        assertThat(unlock(browser, "Tulips at noon").status()).isEqualTo(422);
        assertThat(unlock(browser, "Lilies at nine").header("Location")).contains(path);
    }

    @Test
    void nobodyButItsAuthorGivesItAnother() {
        Browser browser = PORTAL.signedIn(patient);
        Browser stranger = PORTAL.signedIn(stranger());

        assertThat(browser.get(path + "/password").status()).isEqualTo(404);
        assertThat(stranger.get(path + "/password").status()).isEqualTo(404);
        assertThat(stranger.get(path + "/unlock").status()).isEqualTo(404);
        assertThat(
                        browser.post(
                                        path + "/password",
                                        Map.of("password", "Lilies at nine"),
                                        path + "/unlock")
                                .status())
                .isEqualTo(404);
    }

    @Test
    void aMessageThatIsLockedIsNotAnsweredBeforeItWasOpened() {
        Browser browser = PORTAL.signedIn(patient);

        Page answer =
                browser.post(
                        path + "/reply",
                        Map.of("text", "an answer", "key", UUID.randomUUID().toString()),
                        path + "/unlock");

        assertThat(answer.status()).isNotEqualTo(200);
        assertThat(PORTAL.signedIn(nurse).get("/inbox").text()).doesNotContain("an answer");
    }

    private static String stranger() {
        String stranger = "stranger-" + UUID.randomUUID() + "@example.org";
        PORTAL.deliver(
                "nurse@clinic.example",
                List.of(stranger),
                "From: nurse@clinic.example\nSubject: [x]\n\nx\n");
        return stranger;
    }
}
