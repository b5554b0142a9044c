package org.postern.portal.owner;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.postern.crypto.Totp;
import org.postern.portal.Browser;
import org.postern.portal.Browser.Page;
import org.postern.portal.SettableClock;
import org.postern.portal.TestPortal;

/// The second step, remembered devices and changing how one signs in, through the door.
class SecondStepTest {

    private static final String BASE_32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private static final Pattern SECRET = Pattern.compile("class=\"secret\">([A-Z2-7 ]+)<");
    private static final Pattern RECOVERY = Pattern.compile("<li>([0-9A-Z ]{29})</li>");

    private static final TestPortal portal = TestPortal.shared();

    @Test
    void afterTheLinkTheCodeOfTheAppIsAskedAndOnlyThenIsThereASession() {
        Owner owner = new Owner("second.asked@example.org");
        Browser browser = portal.browser();

        Page asked = owner.followLink(browser);

        assertThat(asked.status()).isEqualTo(200);
        assertThat(asked.text()).contains("The code of your app");
        assertThat(browser.cookies()).doesNotContainKey("__Host-sid");
        assertThat(browser.get("/inbox").status()).isEqualTo(302);
        Page wrong = second(browser, asked, Map.of("code", "12 34"));
        assertThat(wrong.status()).isEqualTo(422);
        assertThat(wrong.text()).contains("This code does not fit");
        Page redeemed = second(browser, wrong, Map.of("code", owner.nextCode()));
        assertThat(redeemed.status()).isEqualTo(303);
        assertThat(browser.get("/inbox").status()).isEqualTo(200);
    }

    @Test
    void withoutTheBrowserOfTheLinkNoCodeHelps() {
        Owner owner = new Owner("second.elsewhere@example.org");
        owner.followLink(portal.browser());
        Browser stranger = portal.browser();
        Page page = stranger.get("/sign-in");

        assertThat(second(stranger, page, Map.of("code", owner.nextCode())).text())
                .contains("You started somewhere else");
    }

    @Test
    void fiveWrongCodesSayUntilWhenToWaitAndARecoveryCodeWorksAllTheSame() {
        Owner owner = new Owner("second.waits@example.org");
        Browser browser = portal.browser();
        Page page = owner.followLink(browser);
        for (int i = 0; i < 5; i++) {
            page = second(browser, page, Map.of("code", owner.wrongCode()));
        }

        assertThat(page.text()).contains("There were too many wrong codes.");
        assertThat(second(browser, page, Map.of("code", owner.nextCode())).status()).isEqualTo(422);
        assertThat(second(browser, page, Map.of("code", owner.recovery.getFirst())).status())
                .isEqualTo(303);
    }

    @Test
    void aRememberedDeviceIsNotAskedAgainButForTheSettings() {
        Owner owner = new Owner("second.remembered@example.org");
        Browser laptop = portal.browser();
        Page asked = owner.followLink(laptop);

        Page redeemed =
                second(
                        laptop,
                        asked,
                        Map.of("code", owner.recovery.getFirst(), "remember", "true"));

        assertThat(redeemed.headers("Set-Cookie"))
                .filteredOn(cookie -> cookie.startsWith("__Host-device="))
                .singleElement()
                .asString()
                .contains("Max-Age=2592000", "Secure", "HttpOnly", "SameSite=Lax", "Path=/");
        signOut(laptop);
        assertThat(owner.followLink(laptop).status()).as("spared").isEqualTo(303);

        Page settings = laptop.get("/access");
        assertThat(settings.text()).contains("show again that it is you", "Not asked until");
        laptop.post("/sign-in/again", Map.of("_csrf", token(settings)));
        Page link = laptop.get("/signin/" + portal.newestMail().token());
        Page again = laptop.post("/signin", link.hiddenFields());
        assertThat(again.text()).contains("The code of your app");
        Page back = second(laptop, again, Map.of("code", owner.recovery.get(1)));
        assertThat(back.header("Location")).contains("/access");
        assertThat(laptop.get("/access").text()).contains("Turn it off");
    }

    @Test
    void longAfterSigningInNothingIsChangedButSignedInAgain() {
        String address = mailbox("second.late@example.org");
        Browser browser = portal.signedIn(address);
        try (SettableClock.Jump _ = portal.clock().jump(Duration.ofMinutes(11))) {
            Page settings = browser.get("/access");
            assertThat(settings.text())
                    .contains("show again that it is you")
                    .doesNotContain("Set up an app");
            for (String form : List.of("/access/second-step/begin", "/access/second-step/on")) {
                Page refused = browser.post(form, Map.of("_csrf", token(settings)));
                assertThat(refused.header("Location")).contains("/access?done=again");
            }
            assertThat(
                            browser.post("/access/passkeys/offer", Map.of("_csrf", token(settings)))
                                    .status())
                    .isEqualTo(403);
        }
    }

    @Test
    void whoeverIsNotSignedInChangesAndSeesNothing() {
        Browser browser = portal.browser();
        Map<String, String> form = browser.get("/sign-in").hiddenFields();
        for (String path :
                List.of(
                        "/access/passkeys",
                        "/access/passkeys/offer",
                        "/access/passkeys/remove",
                        "/access/second-step/begin",
                        "/access/second-step/on",
                        "/access/second-step/off",
                        "/access/devices/forget",
                        "/access/sessions/end-others",
                        "/sign-in/again")) {
            assertThat(browser.post(path, form).status()).as(path).isEqualTo(302);
        }
        assertThat(browser.get("/access").status()).isEqualTo(302);
    }

    @Test
    void aSignatureThatIsNoneSignsNobodyIn() {
        Browser browser = portal.browser();
        Map<String, String> form = browser.get("/sign-in").hiddenFields();
        Page challenge = browser.post("/sign-in/passkey/challenge", form);
        assertThat(challenge.status()).isEqualTo(200);
        assertThat(challenge.text()).matches("\\{\"challenge\":\"[\\w-]{43}\",\"host\":\".+\"}");
        Map<String, String> forged = new LinkedHashMap<>(form);
        for (String field : List.of("credential", "clientData", "data", "signature")) {
            forged.put(field, "AAAA");
        }

        Page refused = browser.post("/sign-in/passkey", forged);

        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.text()).contains("This passkey does not fit");
        assertThat(browser.get("/inbox").status()).isEqualTo(302);
    }

    private static String mailbox(String address) {
        portal.deliver(
                "nurse@example.com",
                List.of(address),
                "From: nurse@example.com\nSubject: Hello\n\nText\n");
        return address;
    }

    private static Page second(Browser browser, Page page, Map<String, String> fields) {
        Map<String, String> all = new LinkedHashMap<>(fields);
        all.put("_csrf", token(page));
        return browser.post("/sign-in/second", all);
    }

    private static void signOut(Browser browser) {
        browser.post("/sign-out", Map.of("_csrf", token(browser.get("/access"))));
    }

    private static String token(Page page) {
        Matcher token = Pattern.compile("name=\"_csrf\" value=\"([^\"]+)\"").matcher(page.text());
        assertThat(token.find()).isTrue();
        return token.group(1);
    }

    /// Somebody with an app.
    private static final class Owner {

        private final String address;
        private final byte[] secret;
        private final List<String> recovery;

        Owner(String address) {
            this.address = mailbox(address);
            Browser browser = portal.signedIn(address);
            String token = token(browser.get("/access"));
            Page begun = browser.post("/access/second-step/begin", Map.of("_csrf", token));
            Matcher shown = SECRET.matcher(begun.text());
            assertThat(shown.find()).isTrue();
            secret = unbase32(shown.group(1).replace(" ", ""));
            Page on =
                    browser.post(
                            "/access/second-step/on",
                            Map.of(
                                    "_csrf",
                                    token,
                                    "code",
                                    Totp.code(secret, portal.clock().instant())));
            recovery = RECOVERY.matcher(on.text()).results().map(code -> code.group(1)).toList();
            assertThat(recovery).hasSize(10);
        }

        /// That of the next step, which counts already.
        String nextCode() {
            return Totp.code(secret, portal.clock().instant().plusSeconds(30));
        }

        /// That of no step near.
        String wrongCode() {
            return IntStream.range(0, 100)
                    .mapToObj(code -> String.format(Locale.ROOT, "%06d", code))
                    .filter(code -> Totp.step(secret, code, portal.clock().instant()).isEmpty())
                    .findFirst()
                    .orElseThrow();
        }

        Page followLink(Browser browser) {
            browser.post("/sign-in", Map.of("address", address), "/sign-in");
            Page link = browser.get("/signin/" + portal.newestMail().token());
            return browser.post("/signin", link.hiddenFields());
        }

        private static byte[] unbase32(String text) {
            BigInteger value = BigInteger.ZERO;
            for (int i = 0; i < text.length(); i++) {
                value = value.shiftLeft(5).or(BigInteger.valueOf(BASE_32.indexOf(text.charAt(i))));
            }
            byte[] bytes = value.toByteArray();
            byte[] secret = new byte[20];
            int length = Math.min(secret.length, bytes.length);
            System.arraycopy(bytes, bytes.length - length, secret, secret.length - length, length);
            return secret;
        }
    }
}
