package org.postern.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Passkeys in a real browser, with an authenticator that Chromium plays.
@ExtendWith(SharedPostern.Resolver.class)
class PasskeyJourney {

    private static final String NURSE = "nurse@example.com";

    @Test
    void aPasskeyIsAddedSignsInWithoutAMailAndIsRemoved(SharedPostern shared) throws Exception {
        String patient = "passkey.patient@example.org";
        send(shared, patient);
        try (BrowserContext context = shared.browser().somebody(true)) {
            Reader reader = new Reader(shared.process(), patient, context);
            Page page = reader.page();
            VirtualAuthenticator authenticator = new VirtualAuthenticator(page);
            reader.followNotice();
            reader.signIn();
            page.waitForURL(url -> url.contains("/m/"));
            page.navigate(shared.process().portal() + "/access");
            page.getByLabel("Name of the new passkey").fill("My phone");
            press(page, "Add a passkey");
            page.getByText("The passkey was added.").waitFor();
            assertThat(authenticator.passkeys()).isEqualTo(1);
            assertThat(reader.nextMail().entry().subject()).contains("A passkey was added");

            signOut(page);
            page.navigate(shared.process().portal() + "/sign-in");
            press(page, "Use a passkey");
            page.waitForURL(url -> url.contains("/inbox"));
            assertThat(page.content()).contains("For your eyes");

            page.navigate(shared.process().portal() + "/access");
            press(page, "Remove the passkey My phone");
            page.getByText("The passkey was removed.").waitFor();
            assertThat(reader.nextMail().entry().subject()).contains("A passkey was removed");
            signOut(page);
            page.navigate(shared.process().portal() + "/sign-in");
            press(page, "Use a passkey");
            page.getByText("This passkey does not fit").waitFor();
        }
    }

    @Test
    void whoeverTheAuthenticatorDoesNotRecogniseStaysOutsideAndHasTheLink(SharedPostern shared)
            throws Exception {
        String patient = "passkey.stranger@example.org";
        send(shared, patient);
        try (BrowserContext context = shared.browser().somebody(true)) {
            Reader reader = new Reader(shared.process(), patient, context);
            Page page = reader.page();
            VirtualAuthenticator authenticator = new VirtualAuthenticator(page);
            reader.followNotice();
            reader.signIn();
            page.waitForURL(url -> url.contains("/m/"));
            page.navigate(shared.process().portal() + "/access");
            page.getByLabel("Name of the new passkey").fill("My phone");
            press(page, "Add a passkey");
            page.getByText("The passkey was added.").waitFor();
            reader.nextMail();
            signOut(page);

            authenticator.refuse();
            page.navigate(shared.process().portal() + "/sign-in");
            press(page, "Use a passkey");
            page.getByText("That did not work.").waitFor();
            reader.signIn();
            page.waitForURL(url -> url.contains("/inbox"));
        }
    }

    @Test
    void withoutAScriptNothingIsShownOfPasskeysAndTheLinkRemains(SharedPostern shared)
            throws Exception {
        String patient = "passkey.plain@example.org";
        send(shared, patient);
        try (BrowserContext context = shared.browser().somebody(false)) {
            Reader reader = new Reader(shared.process(), patient, context);
            reader.followNotice();
            assertThat(reader.page().getByText("Use a passkey").isVisible()).isFalse();
            reader.signIn();
            reader.page().navigate(shared.process().portal() + "/access");
            assertThat(reader.page().getByText("Passkeys need JavaScript").isVisible()).isTrue();
            assertThat(reader.page().getByText("Add a passkey").isVisible()).isFalse();
        }
    }

    private static void send(SharedPostern shared, String patient) throws Exception {
        try (SmtpSession smtp = SmtpSession.open(shared.process())) {
            assertThat(
                            smtp.send(
                                    NURSE,
                                    List.of(patient),
                                    Mail.plain(NURSE, patient, "[For your eyes]", "Hello")))
                    .startsWith("250");
        }
    }

    private static void press(Page page, String name) {
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true))
                .click();
    }

    private static void signOut(Page page) {
        page.locator("header summary").click();
        press(page, "Sign out");
        page.getByText("You are signed out").first().waitFor();
    }
}
