package org.postern.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postern.crypto.Totp;

/// The pages on which somebody sees and changes how he signs in, on a narrow phone and on a desk,
/// light and dark, as [PagesJourney] looks at the others; and the second step with a real app's
/// arithmetic.
@ExtendWith(SharedPostern.Resolver.class)
class AccessPagesJourney {

    private static final String NURSE = "nurse@example.com";
    private static final String BASE_32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    @ParameterizedTest
    @CsvSource({
        "phone, 320, 640, LIGHT",
        "phone, 320, 640, DARK",
        "desk, 1280, 800, LIGHT",
        "desk, 1280, 800, DARK"
    })
    void aSecondStepIsSetUpAskedForAndTurnedOff(
            String device, int width, int height, ColorScheme scheme, SharedPostern shared)
            throws Exception {
        String look = device + "-" + scheme.name().toLowerCase(Locale.ROOT);
        String patient = "access." + look + "@example.org";
        try (SmtpSession smtp = SmtpSession.open(shared.process())) {
            assertThat(
                            smtp.send(
                                    NURSE,
                                    List.of(patient),
                                    Mail.plain(NURSE, patient, "[For your eyes]", "Hello")))
                    .startsWith("250");
        }
        try (BrowserContext context = shared.browser().somebody(width, height, scheme)) {
            Reader reader = new Reader(shared.process(), patient, context);
            Page page = reader.page();
            Visit visit = new Visit(page, look);
            new VirtualAuthenticator(page);
            reader.followNotice();
            reader.signIn();
            page.waitForURL(url -> url.contains("/m/"));
            page.navigate(shared.process().portal() + "/access");
            visit.look("access");
            page.getByLabel("Name of the new passkey").fill("The telephone that I always carry");
            press(page, "Add a passkey");
            page.getByText("The passkey was added.").waitFor();

            press(page, "Set up an app");
            byte[] secret = unbase32(page.locator(".secret").innerText().replace(" ", ""));
            visit.look("authenticator");
            page.getByLabel("The six digits").fill("1");
            press(page, "Turn it on");
            page.getByText("Look at the app again").waitFor();
            visit.look("authenticator-wrong");
            page.getByLabel("The six digits").fill(Totp.code(secret, Instant.now()));
            press(page, "Turn it on");
            page.getByText("The second step is on").first().waitFor();
            visit.look("recovery-codes");
            String recovery = page.locator(".recovery li").first().innerText();
            page.getByText("I have kept them").click();
            visit.look("access-second-step");

            page.locator("header summary").click();
            press(page, "Sign out");
            page.getByText("You are signed out").first().waitFor();
            page.navigate(shared.process().portal() + "/sign-in");
            visit.look("ask-passkey");
            reader.signIn();
            page.getByText("The code of your app").first().waitFor();
            visit.look("second-step");
            page.getByLabel("The code").fill("000 00");
            press(page, "Sign me in");
            page.getByText("This code does not fit").waitFor();
            visit.look("second-step-wrong");
            page.getByLabel("The code").fill(recovery);
            page.getByLabel("Do not ask for it on this device for 30 days").check();
            press(page, "Sign me in");
            page.waitForURL(url -> url.contains("/inbox"));
            assertThat(page.content()).contains("For your eyes");

            page.navigate(shared.process().portal() + "/access");
            assertThat(page.content()).contains("9 recovery codes are left");
            visit.look("access-remembered");
            page.getByText("Turn it off").click();
            page.getByText("Turn off the second step").first().waitFor();
            visit.look("second-step-off");
            // the step after the one that turned it on
            page.getByLabel("The code").fill(Totp.code(secret, Instant.now().plusSeconds(30)));
            press(page, "Turn it off");
            page.getByText("The second step is off.").waitFor();
            assertThat(visit.complaints).isEmpty();
        }
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

    private static void press(Page page, String name) {
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true))
                .click();
    }
}
