package org.postern.portal.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.postern.keys.KeyService.Issued;
import org.postern.portal.Browser;
import org.postern.portal.Browser.Page;
import org.postern.portal.SettableClock;
import org.postern.portal.TestPortal;

/// What people see while something is away.
class OutageTest {

    private static final String PATIENT = "patient@example.org";

    @Test
    void whileRedisIsAwayNoLinkIsSpent() throws Exception {
        TestPortal portal = new TestPortal(Map.of());
        portal.deliver(
                "nurse@example.com",
                List.of(PATIENT),
                "From: nurse@example.com\nSubject: A\n\nB\n");
        Browser reader = portal.signedIn(PATIENT);
        Browser browser = portal.browser();
        browser.post("/sign-in", Map.of("address", PATIENT), "/");
        Issued mail = portal.newestMail();
        Page link = browser.get("/signin/" + mail.token());
        long redeemed = portal.events("sign-in.redeemed");

        try (AutoCloseable _ = portal.withoutRedis()) {
            Page pressed = browser.post("/signin", link.hiddenFields());
            assertThat(pressed.status()).isEqualTo(503);
            assertThat(pressed.header("Retry-After")).contains("60");
            assertThat(pressed.text()).contains("We will be back in a moment", "Clinic");
            assertThat(pressed.header("Content-Security-Policy")).isPresent();
            Page inbox = reader.get("/inbox");
            assertThat(inbox.status()).isEqualTo(503);
            assertThat(inbox.text()).contains("We will be back in a moment", "Clinic");
            assertThat(browser.get("/help").status()).isEqualTo(200);
            assertThat(browser.get("/status").status()).isEqualTo(200);
            assertThat(reader.get("/status").status()).isEqualTo(200);
            assertThat(reader.get("/status.atom").status()).isEqualTo(200);
            assertThat(reader.get("/assets/nothing.css").status()).isEqualTo(404);
        }

        assertThat(portal.events("sign-in.redeemed")).isEqualTo(redeemed);
        // the client of Redis takes a few seconds to notice
        await().atMost(Duration.ofSeconds(30))
                .until(() -> browser.post("/signin", link.hiddenFields()).status() == 303);
    }

    @Test
    void whileTheDatabaseIsAwayPagesSaySoInTheTenantsLook() throws Exception {
        TestPortal portal = new TestPortal(Map.of());
        portal.deliver(
                "nurse@example.com",
                List.of(PATIENT),
                "From: nurse@example.com\nSubject: A\n\nB\n");
        Browser reader = portal.signedIn(PATIENT);
        Browser browser = portal.browser();
        Map<String, String> form = browser.get("/").hiddenFields();
        portal.stopDatabase();

        assertThat(browser.get("/").status()).isEqualTo(200);
        assertThat(reader.get("/status").status()).isEqualTo(200);
        form.put("address", PATIENT);
        Page asked = browser.post("/sign-in", form);
        assertThat(asked.status()).isEqualTo(200);
        assertThat(asked.text()).contains("We will mail you");
        for (Page page :
                List.of(
                        reader.get("/inbox"),
                        reader.get("/m/00000000-0000-7000-8000-000000000000"))) {
            assertThat(page.status()).isEqualTo(503);
            assertThat(page.header("Retry-After")).contains("60");
            assertThat(page.text()).contains("Mail sent to you meanwhile is safe", "Clinic");
        }
    }

    @Test
    void whileTheKeeperOfTheRootKeyIsAwayReadingGoesOnForFiveMinutes() throws Exception {
        TestPortal portal = new TestPortal(Map.of());
        portal.deliver(
                "nurse@example.com",
                List.of(PATIENT),
                "From: nurse@example.com\nSubject: A\n\nB\n");
        Browser reader = portal.signedIn(PATIENT);
        assertThat(reader.get("/inbox").status()).isEqualTo(200);

        try (AutoCloseable _ = portal.withoutKeyProvider()) {
            try (SettableClock.Jump _ = portal.clock().jump(Duration.ofMinutes(3))) {
                assertThat(reader.get("/inbox").status()).isEqualTo(200);
            }
            try (SettableClock.Jump _ = portal.clock().jump(Duration.ofMinutes(5))) {
                Page page = reader.get("/inbox");
                assertThat(page.status()).isEqualTo(503);
                assertThat(page.header("Retry-After")).contains("60");
                assertThat(page.text()).contains("We will be back in a moment", "Clinic");
            }
        }
        try (SettableClock.Jump _ = portal.clock().jump(Duration.ofMinutes(6))) {
            assertThat(reader.get("/inbox").status()).isEqualTo(200);
        }
    }
}
