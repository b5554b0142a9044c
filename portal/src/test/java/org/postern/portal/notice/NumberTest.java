package org.postern.portal.notice;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postern.crypto.Tokens;
import org.postern.db.MessageId;
import org.postern.portal.Browser;
import org.postern.portal.Browser.Page;
import org.postern.portal.TestPortal;

/// The seven characters of a notice, typed.
class NumberTest {

    private static final TestPortal PORTAL = TestPortal.shared();
    private final String patient = "patient-" + UUID.randomUUID() + "@example.org";
    private final String stranger = "stranger-" + UUID.randomUUID() + "@example.org";
    private final String number = Tokens.number(new SecureRandom());
    private MessageId message = new MessageId(UUID.randomUUID());

    @BeforeEach
    void aNoticeWithANumber() {
        PORTAL.deliver("nurse@clinic.example", List.of(stranger), "Subject: [x]\n\nx\n");
        message = PORTAL.deliver("nurse@clinic.example", List.of(patient), "Subject: [x]\n\nx\n");
        PORTAL.number(message, number);
    }

    @Test
    void whoTypesThemSignsInAndIsAtTheMessage() {
        Browser browser = PORTAL.browser();
        String typed = number.substring(0, 3).toLowerCase(Locale.ROOT) + "-" + number.substring(3);

        Page asked = browser.post("/read", Map.of("number", typed), "/read");
        assertThat(asked.status()).isEqualTo(303);
        Page signIn = browser.follow(asked);
        assertThat(signIn.hiddenFields()).containsEntry("m", number);
        assertThat(PORTAL.arrival(browser, patient, number)).isEqualTo("/m/" + message);
        assertThat(browser.get("/m/" + message).status()).isEqualTo(200);
    }

    @Test
    void beforeSignInKnownAndUnknownOnesAreAlike() {
        String unknown = Tokens.number(new SecureRandom());

        Page known = PORTAL.browser().post("/read", Map.of("number", number), "/read");
        Page not = PORTAL.browser().post("/read", Map.of("number", unknown), "/read");

        assertThat(not.status()).isEqualTo(known.status());
        assertThat(not.header("Location").orElseThrow().replace(unknown, number))
                .isEqualTo(known.header("Location").orElseThrow());
        assertThat(PORTAL.arrival(PORTAL.browser(), patient, unknown)).isEqualTo("/inbox");
    }

    @Test
    void somebodyElsesLeadToHisOwnInbox() {
        assertThat(PORTAL.arrival(PORTAL.browser(), stranger, number)).isEqualTo("/inbox");
        assertThat(
                        PORTAL.signedIn(stranger)
                                .post("/read", Map.of("number", number), "/read")
                                .status())
                .isEqualTo(404);
    }

    @Test
    void whoIsSignedInIsAtTheMessageAtOnce() {
        Page page = PORTAL.signedIn(patient).post("/read", Map.of("number", number), "/read");

        assertThat(page.header("Location")).contains("/m/" + message);
    }

    @Test
    void whatIsNoNumberIsSaidToBeNone() {
        Page page = PORTAL.browser().post("/read", Map.of("number", "7K2 M4"), "/read");

        assertThat(page.status()).isEqualTo(422);
        assertThat(page.text()).contains("There are seven of them");
    }

    @Test
    void theLinkOfANoticeLeadsToItsMessage() {
        Page page = PORTAL.browser().get("/m/" + message + "/n/" + number);

        assertThat(page.header("Location")).contains("/m/" + message);
    }
}
