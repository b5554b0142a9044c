package org.postern.portal.signin;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.db.MessageId;
import org.postern.keys.KeyService.Issued;
import org.postern.portal.Browser;
import org.postern.portal.Browser.Page;
import org.postern.portal.SettableClock;
import org.postern.portal.TestPortal;

/// Signing in, through the door.
class SignInJourneyTest {

    private static final String PATIENT = "patient@example.org";
    private static final TestPortal portal = TestPortal.shared();
    private static MessageId message;

    @BeforeAll
    static void somebodyHasAMailbox() {
        message =
                portal.deliver(
                        "nurse@example.com",
                        List.of(PATIENT),
                        """
                        From: Nurse <nurse@example.com>
                        To: patient@example.org
                        Subject: Hello

                        Text
                        """);
    }

    @Test
    void theLinkSignsInWithItsButton() {
        Browser browser = portal.browser();
        Page check = browser.post("/sign-in", Map.of("address", PATIENT), "/");
        assertThat(check.status()).isEqualTo(200);
        assertThat(check.text()).contains("Check your e-mail", "p•••t@example.org");

        Page link = browser.get("/signin/" + portal.newestMail().token());
        assertThat(link.status()).isEqualTo(200);
        assertThat(link.text()).contains("Yes, sign me in");

        Page redeemed = browser.post("/signin", link.hiddenFields());
        assertThat(redeemed.status()).isEqualTo(303);
        assertThat(redeemed.header("Location")).contains("/inbox");
        Page inbox = browser.follow(redeemed);
        assertThat(inbox.status()).isEqualTo(200);
        assertThat(inbox.text()).contains("Nurse", "Hello", PATIENT);
    }

    @Test
    void theCodeSignsInHoweverItIsTyped() {
        Browser browser = portal.browser();
        browser.post("/sign-in", Map.of("address", PATIENT), "/");
        String code = portal.newestMail().code();
        String typed =
                " " + code.substring(0, 4).toLowerCase(Locale.ROOT) + "-" + code.substring(4) + " ";
        Page redeemed =
                browser.post("/sign-in/code", Map.of("address", PATIENT, "code", typed), "/");
        assertThat(redeemed.status()).isEqualTo(303);
        assertThat(browser.get("/inbox").status()).isEqualTo(200);
    }

    @Test
    void aLinkWorksOnce() {
        Browser browser = portal.browser();
        browser.post("/sign-in", Map.of("address", PATIENT), "/");
        Page link = browser.get("/signin/" + portal.newestMail().token());
        Map<String, String> binding = Map.copyOf(browser.cookies());
        browser.post("/signin", link.hiddenFields());

        Browser again = portal.browser();
        again.cookies().putAll(binding);
        Page second = again.post("/signin", link.hiddenFields());
        assertThat(second.status()).isEqualTo(200);
        assertThat(second.text()).contains("This link no longer works");
        assertThat(again.get("/inbox").status()).isEqualTo(302);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "OPTIONS"})
    void followingALinkSpendsNothing(String method) {
        Browser browser = portal.browser();
        browser.post("/sign-in", Map.of("address", PATIENT), "/");
        Issued mail = portal.newestMail();
        Browser scanner = portal.browser();
        long redeemed = portal.events("sign-in.redeemed");
        for (int i = 0; i < 3; i++) {
            scanner.send(method, "/signin/" + mail.token());
            browser.send(method, "/signin/" + mail.token());
        }
        assertThat(portal.events("sign-in.redeemed")).isEqualTo(redeemed);
        Page link = browser.get("/signin/" + mail.token());
        assertThat(browser.post("/signin", link.hiddenFields()).status()).isEqualTo(303);
    }

    @Test
    void aScannerThatPressesTheButtonGainsNothingAndSpendsNothing() {
        Browser browser = portal.browser();
        browser.post("/sign-in", Map.of("address", PATIENT), "/");
        Issued mail = portal.newestMail();

        Browser scanner = portal.browser();
        Page link = scanner.get("/signin/" + mail.token());
        Page pressed = scanner.post("/signin", link.hiddenFields());
        assertThat(pressed.text())
                .contains("You started somewhere else")
                .doesNotContain("name=\"code\"");
        assertThat(scanner.get("/inbox").status()).isEqualTo(302);

        Page own = browser.get("/signin/" + mail.token());
        assertThat(browser.post("/signin", own.hiddenFields()).status()).isEqualTo(303);
    }

    @Test
    void anAttackersLinkSignsNobodyInToHisMailbox() {
        Browser attacker = portal.browser();
        attacker.post("/sign-in", Map.of("address", PATIENT), "/");
        Issued mail = portal.newestMail();

        Browser victim = portal.browser();
        victim.post("/sign-in", Map.of("address", "nurse@example.com"), "/");
        Page link = victim.get("/signin/" + mail.token());
        Page pressed = victim.post("/signin", link.hiddenFields());
        assertThat(pressed.text()).contains("This link no longer works");
        assertThat(victim.get("/inbox").status()).isEqualTo(302);
    }

    @Test
    void aWrongCodeIsSaidAtTheFieldAndFiveEndTheChallenge() {
        Browser browser = portal.browser();
        browser.post("/sign-in", Map.of("address", PATIENT), "/");
        String code = portal.newestMail().code();
        for (int i = 0; i < 5; i++) {
            Page wrong =
                    browser.post(
                            "/sign-in/code", Map.of("address", PATIENT, "code", "0000 0000"), "/");
            assertThat(wrong.status()).isEqualTo(422);
            assertThat(wrong.text()).contains("This code does not fit", "p•••t@example.org");
        }
        Page right = browser.post("/sign-in/code", Map.of("address", PATIENT, "code", code), "/");
        assertThat(right.status()).isEqualTo(422);
    }

    @Test
    void anUnknownAddressGetsTheSamePageAndTheSameRows() {
        long before = portal.requests();
        Browser known = portal.browser();
        String knownPage =
                known.post("/sign-in", Map.of("address", "patient@example.org"), "/").text();
        Browser unknown = portal.browser();
        String unknownPage =
                unknown.post("/sign-in", Map.of("address", "paulint@example.org"), "/").text();
        assertThat(portal.requests()).isEqualTo(before + 2);
        assertThat(portal.mail()).isEmpty();
        assertThat(withoutSecrets(unknownPage).replace("paulint@", "patient@"))
                .isEqualTo(withoutSecrets(knownPage));
    }

    @Test
    void aMalformedAddressIsSaidAtTheFieldAndNothingTypedIsLost() {
        long before = portal.requests();
        Page page =
                portal.browser()
                        .post(
                                "/sign-in",
                                Map.of("address", "patient'\"><x>@"),
                                "/sign-in?m=" + message);
        assertThat(page.status()).isEqualTo(422);
        assertThat(page.text())
                .contains("This is not a whole e-mail address", message.toString())
                .contains("patient&#39;&quot;&gt;&lt;x&gt;@");
        assertThat(portal.requests()).isEqualTo(before);
    }

    @Test
    void whoFollowsANoticeIsAskedToSignInAndReturnsToTheMessage() {
        Browser browser = portal.browser();
        Page asked = browser.get("/m/" + message);
        assertThat(asked.status()).isEqualTo(302);
        assertThat(asked.header("Location")).contains("/sign-in?m=" + message);
        browser.post("/sign-in", Map.of("address", PATIENT), "/sign-in?m=" + message);
        Page link = browser.get("/signin/" + portal.newestMail().token());
        Page redeemed = browser.post("/signin", link.hiddenFields());
        assertThat(redeemed.header("Location")).contains("/m/" + message);
        assertThat(browser.follow(redeemed).text()).contains("Hello");
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://evil.example/", "//evil.example", "../x", "1-1-1-1-1"})
    void signingInLeadsNowhereElse(String place) {
        Browser browser = portal.browser();
        browser.post("/sign-in", Map.of("address", PATIENT, "m", place), "/");
        Page link = browser.get("/signin/" + portal.newestMail().token());
        assertThat(browser.post("/signin", link.hiddenFields()).header("Location"))
                .contains("/inbox");
    }

    @Test
    void aSessionEndsAfterAQuarterOfAnHourWithoutARequest() {
        Browser browser = portal.signedIn(PATIENT);
        assertThat(browser.get("/inbox").status()).isEqualTo(200);
        try (SettableClock.Jump _ = portal.clock().jump(Duration.ofMinutes(15))) {
            Page late = browser.get("/inbox");
            assertThat(late.status()).isEqualTo(302);
            assertThat(late.header("Location")).contains("/sign-in?ended");
            assertThat(browser.follow(late).text()).contains("You have been signed out");
        }
    }

    @Test
    void aSessionEndsAfterEightHoursHoweverBusy() {
        Browser browser = portal.signedIn(PATIENT);
        for (int minutes = 14; minutes < 480; minutes += 14) {
            try (SettableClock.Jump _ = portal.clock().jump(Duration.ofMinutes(minutes))) {
                assertThat(browser.get("/inbox").status()).isEqualTo(200);
            }
        }
        try (SettableClock.Jump _ = portal.clock().jump(Duration.ofMinutes(481))) {
            assertThat(browser.get("/inbox").status()).isEqualTo(302);
        }
    }

    @Test
    void signingOutEndsTheSessionAndItsCookies() {
        Browser browser = portal.signedIn(PATIENT);
        Map<String, String> stolen = Map.copyOf(browser.cookies());
        Page out = browser.post("/sign-out", browser.get("/inbox").hiddenFields());
        assertThat(out.status()).isEqualTo(303);
        assertThat(out.header("Clear-Site-Data")).contains("\"cache\", \"storage\"");
        assertThat(browser.cookies()).doesNotContainKey("__Host-sid");
        assertThat(browser.follow(out).text()).contains("You are signed out");

        Browser thief = portal.browser();
        thief.cookies().putAll(stolen);
        assertThat(thief.get("/inbox").status()).isEqualTo(302);
    }

    @Test
    void signingInAgainEndsTheSessionBefore() {
        Browser browser = portal.signedIn(PATIENT);
        Map<String, String> first = Map.copyOf(browser.cookies());
        browser.post("/sign-in", Map.of("address", PATIENT), "/sign-in");
        Page link = browser.get("/signin/" + portal.newestMail().token());
        assertThat(browser.post("/signin", link.hiddenFields()).status()).isEqualTo(303);
        assertThat(browser.cookies().get("__Host-sid")).isNotEqualTo(first.get("__Host-sid"));

        Browser old = portal.browser();
        old.cookies().putAll(first);
        assertThat(old.get("/inbox").status()).isEqualTo(302);
        assertThat(browser.get("/inbox").status()).isEqualTo(200);
    }

    @Test
    void aSessionIsNotValidAtAnotherHost() {
        Browser browser = portal.signedIn(PATIENT);
        Browser elsewhere = portal.browserAt(TestPortal.LAW_FIRM);
        elsewhere.cookies().putAll(browser.cookies());
        assertThat(elsewhere.get("/inbox").status()).isEqualTo(302);
        assertThat(elsewhere.get("/m/" + message).status()).isEqualTo(302);
        assertThat(browser.get("/inbox").status()).isEqualTo(200);
    }

    @Test
    void aLinkOfOneHostIsNothingAtAnother() {
        Browser browser = portal.browser();
        browser.post("/sign-in", Map.of("address", PATIENT), "/");
        Issued mail = portal.newestMail();
        Browser elsewhere = portal.browserAt(TestPortal.LAW_FIRM);
        elsewhere.cookies().putAll(browser.cookies());
        Page link = elsewhere.get("/signin/" + mail.token());
        assertThat(elsewhere.post("/signin", link.hiddenFields()).text())
                .contains("This link no longer works");
    }

    private static String withoutSecrets(String page) {
        return page.replaceAll("nonce=\"[^\"]*\"", "")
                .replaceAll("name=\"_csrf\" value=\"[^\"]*\"", "");
    }
}
