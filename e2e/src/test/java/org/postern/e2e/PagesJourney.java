package org.postern.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Every page on a phone and on a desk, light and dark: nothing sticks out at the side, nothing is
/// asked of anybody else's server, the console stays silent. The pictures under
/// `target/screenshots` are for people to look at; README shows some of them.
class PagesJourney {

    private static final Pattern PIN =
            Pattern.compile("\"\\+491711234567\",\"text\":\"([0-9]{6}) is the PIN for a message");

    private static final String NURSE = "nurse@example.com";

    @TempDir static Path folder;
    private static TextService phones;
    private static PosternProcess postern;
    private static Browser browser;

    @BeforeAll
    static void start() throws Exception {
        phones = new TextService(folder);
        postern =
                PosternProcess.start(
                        folder.resolve("pages"), PosternProcess.Ports.free(), phones.options());
        browser = new Browser();
    }

    @AfterAll
    static void stop() {
        browser.close();
        postern.close();
        phones.close();
    }

    @ParameterizedTest
    @CsvSource({
        "phone, 360, 740, LIGHT",
        "phone, 360, 740, DARK",
        "desk, 1280, 800, LIGHT",
        "desk, 1280, 800, DARK"
    })
    void everyPageFitsItsScreenAndStaysAtHome(
            String device, int width, int height, ColorScheme scheme) throws Exception {
        String look = device + "-" + scheme.name().toLowerCase(Locale.ROOT);
        String patient = "patient." + look + "@example.org";
        send(patient, "Your blood test", "text/plain", PLAIN);
        send(patient, "Appointment on Monday", "text/html", HTML);
        send(
                patient,
                "Your diagnosis",
                "text/plain",
                PLAIN,
                """
                X-Postern-Password: Tulips at noon
                X-Postern-Password-Hint: The flowers on your table, and when I came
                """
                        .replace("\n", "\r\n"));
        send(patient, "Your prescription", "text/plain", PLAIN, "X-Postern-Phone: +49 171 1234567");
        try (BrowserContext context = browser.somebody(width, height, scheme)) {
            Reader reader = new Reader(postern, patient, context);
            Page page = reader.page();
            Visit visit = new Visit(page, look);

            page.navigate(postern.portal() + "/");
            visit.look("ask");
            page.navigate(postern.portal() + "/help");
            visit.look("help");
            page.navigate(postern.portal() + "/read");
            visit.look("read");
            page.getByLabel("The seven characters from the mail").fill("7K2 M4");
            page.keyboard().press("Enter");
            page.getByText("There are seven of them").waitFor();
            visit.look("read-wrong");
            page.navigate(postern.portal() + "/genuine");
            visit.look("genuine");
            page.getByLabel("The number from the mail").fill("7K2-M4QX");
            page.keyboard().press("Enter");
            page.getByText("We do not know this number").waitFor();
            visit.look("genuine-unknown");
            page.navigate(postern.portal() + "/nowhere");
            visit.look("not-found");
            reader.followLatestNotice();
            visit.look("notice-followed");
            URI link = reader.askForLink();
            visit.look("check-your-mail");
            page.navigate(link.toString());
            visit.look("sign-in-link");
            page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Yes, sign me in"))
                    .click();
            page.waitForURL(url -> url.contains("/m/") || url.contains("/inbox"));
            page.navigate(postern.portal() + "/inbox");
            visit.look("inbox");
            open(page, "Your blood test");
            visit.look("message");
            page.locator("textarea").fill("Thank you! I will call on Monday.");
            page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Send answer"))
                    .click();
            page.getByText("Write another answer").waitFor();
            visit.look("answered");
            page.navigate(postern.portal() + "/inbox");
            open(page, "Appointment on Monday");
            page.frameLocator("iframe").getByText("Monday at ten").waitFor();
            visit.look("message-html");
            page.navigate(postern.portal() + "/inbox");
            open(page, "Your diagnosis");
            page.getByLabel("The message’s password").waitFor();
            visit.look("locked");
            page.getByLabel("The message’s password").fill("Roses at noon");
            page.keyboard().press("Enter");
            page.getByText("You can try 4 more times.").waitFor();
            visit.look("locked-wrong");
            page.getByLabel("The message’s password").fill("Tulips at noon");
            page.keyboard().press("Enter");
            page.locator(".mail-text").waitFor();
            page.navigate(postern.portal() + "/inbox");
            open(page, "Your prescription");
            lookAtThePin(page, visit);
            page.navigate(postern.portal() + "/sent");
            visit.look("sent");
            page.locator("header summary").click();
            visit.look("account");
            page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Sign out"))
                    .click();
            visit.look("signed-out");
            page.navigate(link.toString());
            visit.look("link-spent");
            page.navigate("http://localhost:" + postern.ports().management() + "/outbox");
            visit.look("outbox");
            assertThat(visit.complaints).isEmpty();
        }
        lookAsAuthor(width, height, scheme, look);
    }

    /// From the button to the message, by what the phone shows.
    private static void lookAtThePin(Page page, Visit visit) throws InterruptedException {
        page.getByText("••67").waitFor();
        visit.look("pin");
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Send the PIN"))
                .click();
        Matcher text = PIN.matcher(phones.next());
        assertThat(text.find()).isTrue();
        String pin = text.group(1);
        page.getByLabel("The PIN from the text message").waitFor();
        visit.look("pin-sent");
        page.getByLabel("The PIN from the text message")
                .fill(pin.equals("000000") ? "000001" : "000000");
        page.keyboard().press("Enter");
        page.getByText("You can try 4 more times.").waitFor();
        visit.look("pin-wrong");
        page.getByLabel("The PIN from the text message").fill(pin);
        page.keyboard().press("Enter");
        page.locator(".mail-text").waitFor();
    }

    /// What only the author of a message sees.
    private static void lookAsAuthor(int width, int height, ColorScheme scheme, String look)
            throws Exception {
        try (BrowserContext context = browser.somebody(width, height, scheme)) {
            Reader nurse = new Reader(postern, NURSE, context);
            Visit visit = new Visit(nurse.page(), look);
            nurse.followLatestNotice();
            nurse.signIn();
            nurse.page().navigate(postern.portal() + "/sent");
            nurse.page()
                    .getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Your diagnosis"))
                    .first()
                    .click();
            visit.look("locked-own");
            nurse.page()
                    .getByRole(
                            AriaRole.LINK,
                            new Page.GetByRoleOptions().setName("Set another password"))
                    .click();
            visit.look("another-password");
            nurse.page().navigate(postern.portal() + "/sent");
            nurse.page()
                    .getByRole(
                            AriaRole.LINK, new Page.GetByRoleOptions().setName("Your prescription"))
                    .first()
                    .click();
            nurse.page()
                    .getByRole(
                            AriaRole.LINK,
                            new Page.GetByRoleOptions().setName("Set another number"))
                    .click();
            visit.look("another-number");
            assertThat(visit.complaints).isEmpty();
        }
    }

    private static void open(Page page, String subject) {
        page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName(subject)).click();
    }

    private static final String PLAIN =
            """
            Dear patient,

            your results are attached. Your iron is a little low; nothing to worry about.
            Please call us on Monday at https://clinic.example.com/appointments/new?department=haematology&reason=iron

            Kind regards
            Nora
            """;

    private static final String HTML =
            """
            <html><body><h1 style="color:#225588">Your appointment</h1>
            <p>We expect you <b>Monday at ten</b>. Please bring:</p>
            <ul><li>your insurance card</li><li>a list of what you take</li></ul>
            <table border="1" width="900"><tr><td>Room</td><td>12, second floor, opposite the lift</td></tr></table>
            <img src="http://tracker.example.net/pixel.gif" width="600" height="40">
            </body></html>
            """;

    private static void send(String recipient, String subject, String type, String text)
            throws Exception {
        send(recipient, subject, type, text, "");
    }

    private static void send(
            String recipient, String subject, String type, String text, String fields)
            throws Exception {
        byte[] content =
                Mail.withAttachment(
                        NURSE,
                        recipient,
                        "[" + subject + "]" + (fields.isEmpty() ? "" : "\r\n" + fields.strip()),
                        type,
                        text.replace("\n", "\r\n"),
                        "blood-test-2026-11.pdf",
                        Mail.file(180_000, recipient.hashCode() + subject.hashCode()));
        try (SmtpSession smtp = SmtpSession.open(postern)) {
            assertThat(smtp.send(NURSE, List.of(recipient), content)).startsWith("250");
        }
    }
}
