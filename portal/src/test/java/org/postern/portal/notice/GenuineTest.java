package org.postern.portal.notice;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.postern.crypto.Tokens;
import org.postern.portal.Browser;
import org.postern.portal.Browser.Page;
import org.postern.portal.TestPortal;

/// Whether a notice came from here, asked by anybody.
class GenuineTest {

    private static final TestPortal PORTAL = TestPortal.shared();

    @Test
    void aNumberOfOursIsKnownAndNothingElseIsSaid() {
        String patient = "patient-" + UUID.randomUUID() + "@example.org";
        String number = Tokens.number(new SecureRandom());
        PORTAL.number(
                PORTAL.deliver(
                        "nurse@clinic.example", List.of(patient), "Subject: [Canary]\n\nx\n"),
                number);

        Page answer = ask(PORTAL.browser(), number.substring(0, 3) + "-" + number.substring(3));

        assertThat(answer.text())
                .contains("Yes.", "came from us")
                .doesNotContain(patient, "nurse", "Canary", "/m/");
        assertThat(ask(PORTAL.browserAt(TestPortal.LAW_FIRM), number).text())
                .contains("We do not know this number");
    }

    @Test
    void anotherNumberIsNotKnown() {
        assertThat(ask(PORTAL.browser(), Tokens.number(new SecureRandom())).text())
                .contains("We do not know this number");
        assertThat(ask(PORTAL.browser(), "x").text()).contains("We do not know this number");
    }

    @Test
    void whoeverTriesManyIsAskedToWait() {
        Browser browser = PORTAL.browser();
        // in another hour, so that the other tests may ask
        try (var _ = PORTAL.clock().jump(Duration.ofHours(1))) {
            Map<String, String> fields = browser.get("/genuine").hiddenFields();
            Page answer = browser.post("/genuine", fields);
            // A minute may end meanwhile, but not two of them.
            for (int i = 0; i < 2 * QuestionLimit.MOST_A_MINUTE && answer.status() == 200; i++) {
                answer = browser.post("/genuine", fields);
            }

            assertThat(answer.status()).isEqualTo(429);
            assertThat(answer.text()).contains("try again in a minute");
        }
        try (var _ = PORTAL.clock().jump(Duration.ofMinutes(62))) {
            Map<String, String> fields = browser.get("/genuine").hiddenFields();
            assertThat(browser.post("/genuine", fields).status()).isEqualTo(200);
        }
    }

    private static Page ask(Browser browser, String number) {
        return browser.post("/genuine", Map.of("number", number), "/genuine");
    }
}
