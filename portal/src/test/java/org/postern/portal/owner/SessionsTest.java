package org.postern.portal.owner;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.postern.crypto.sealed.UuidV7;
import org.postern.portal.Browser;
import org.postern.portal.Browser.Page;
import org.postern.portal.SettableClock;
import org.postern.portal.TestPortal;

/// Where somebody is signed in, and ending it, through the door.
class SessionsTest {

    private static final String WINDOWS =
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0";
    private static final String PHONE =
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML,"
                    + " like Gecko) Version/18.5 Mobile/15E148 Safari/604.1";
    private static final Pattern ID = Pattern.compile("name=\"id\" value=\"([0-9a-f-]{36})\"");

    private static final TestPortal portal = TestPortal.shared();

    @Test
    void thePageSaysWhereSomebodyIsSignedInAndWhichOneThisIs() {
        String reader = mailbox("sessions.list@example.org");
        portal.signedIn(reader, WINDOWS);
        Browser phone = portal.signedIn(reader, PHONE);

        Page page = phone.get("/access");

        assertThat(page.status()).isEqualTo(200);
        assertThat(page.text())
                .contains("Firefox, Windows", "Safari, iPhone", "This browser")
                .doesNotContain("Gecko", "Mozilla");
        assertThat(ids(page)).as("this one is ended by signing out").hasSize(1);
    }

    @Test
    void whoeverIsEndedElsewhereIsSignedOutAtTheNextClick() {
        String reader = mailbox("sessions.end@example.org");
        Browser lost = portal.signedIn(reader, WINDOWS);
        Browser phone = portal.signedIn(reader, PHONE);
        assertThat(lost.get("/inbox").status()).isEqualTo(200);

        Page settings = phone.get("/access");
        Page ended =
                phone.post(
                        "/access/sessions/end",
                        Map.of("id", ids(settings).getFirst(), "_csrf", token(settings)));

        assertThat(phone.follow(ended).text()).contains("It was ended.");
        Page refused = lost.get("/inbox");
        assertThat(refused.status()).isEqualTo(302);
        assertThat(refused.header("Location")).contains("/sign-in?ended");
        assertThat(phone.get("/inbox").status()).isEqualTo(200);
    }

    @Test
    void everybodyElseIsSignedOutWithOneButton() {
        String reader = mailbox("sessions.others@example.org");
        Browser one = portal.signedIn(reader, WINDOWS);
        Browser two = portal.signedIn(reader, WINDOWS);
        Browser phone = portal.signedIn(reader, PHONE);

        Page ended =
                phone.post(
                        "/access/sessions/end-others",
                        Map.of("_csrf", token(phone.get("/access"))));

        assertThat(phone.follow(ended).text()).contains("2 other sessions were ended.");
        assertThat(one.get("/inbox").status()).isEqualTo(302);
        assertThat(two.get("/m/" + UUID.randomUUID()).status()).isEqualTo(302);
        assertThat(phone.get("/access").status()).isEqualTo(200);
    }

    @Test
    void aSessionOfSomebodyElseIsNotEnded() {
        Browser hers = portal.signedIn(mailbox("sessions.hers@example.org"), WINDOWS);
        String reader = mailbox("sessions.his@example.org");
        portal.signedIn(reader, PHONE);
        Browser his = portal.signedIn(reader, WINDOWS);
        String herOther = "sessions.hers@example.org";
        portal.signedIn(herOther, PHONE);
        String herSession = ids(hers.get("/access")).getFirst();

        his.post(
                "/access/sessions/end",
                Map.of("id", herSession, "_csrf", token(his.get("/access"))));

        assertThat(ids(hers.get("/access"))).containsExactly(herSession);
    }

    @Test
    void aSessionThatNobodyUsesIsNotListedAnyMore() {
        String reader = mailbox("sessions.idle@example.org");
        portal.signedIn(reader, WINDOWS);
        Browser phone = portal.signedIn(reader, PHONE);
        try (SettableClock.Jump _ = portal.clock().jump(Duration.ofMinutes(14))) {
            assertThat(phone.get("/access").text()).contains("Firefox, Windows");
        }
        try (SettableClock.Jump _ = portal.clock().jump(Duration.ofMinutes(17))) {
            assertThat(phone.get("/access").text())
                    .contains("Safari, iPhone")
                    .doesNotContain("Firefox, Windows");
        }
    }

    @Test
    void whatIsNoSessionIsNoError() {
        Browser browser = portal.signedIn(mailbox("sessions.none@example.org"), WINDOWS);
        String token = token(browser.get("/access"));
        String nobodys = new UuidV7(portal.clock(), new SecureRandom()).next().toString();

        assertThat(
                        browser.post("/access/sessions/end", Map.of("id", nobodys, "_csrf", token))
                                .status())
                .isEqualTo(303);
        assertThat(browser.post("/access/sessions/end", Map.of("id", "1", "_csrf", token)).status())
                .isEqualTo(400);
    }

    private static String mailbox(String address) {
        portal.deliver(
                "nurse@example.com",
                List.of(address),
                "From: nurse@example.com\nSubject: Hello\n\nText\n");
        return address;
    }

    private static List<String> ids(Page page) {
        return ID.matcher(page.text()).results().map(found -> found.group(1)).toList();
    }

    private static String token(Page page) {
        Matcher token = Pattern.compile("name=\"_csrf\" value=\"([^\"]+)\"").matcher(page.text());
        assertThat(token.find()).isTrue();
        return token.group(1);
    }
}
