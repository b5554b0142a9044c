package org.postern.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.FilePayload;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The main job: a message comes in by SMTP and is read and answered in a browser; the answer is
/// read there too.
class MainJobJourney {

    private static final String NURSE = "nurse@example.com";

    @TempDir static Path data;
    private static PosternProcess postern;
    private static Browser browser;

    @BeforeAll
    static void start() throws Exception {
        postern = PosternProcess.start(data.resolve("main"), PosternProcess.Ports.free());
        browser = new Browser();
    }

    @AfterAll
    static void stop() throws Exception {
        browser.close();
        assertThat(postern.stop()).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aMessageIsReadAndAnsweredInTheBrowser(boolean javaScript) throws Exception {
        String patient = "patient." + javaScript + "@example.org";
        byte[] pdf = Mail.file(300_000, javaScript ? 1 : 2);
        try (SmtpSession smtp = SmtpSession.open(postern)) {
            String reply =
                    smtp.send(
                            NURSE,
                            List.of(patient),
                            Mail.withAttachment(
                                    NURSE,
                                    patient,
                                    "[Your results " + javaScript + "]",
                                    "Dear patient, your results are attached.",
                                    "results.pdf",
                                    pdf));
            assertThat(reply).startsWith("250 2.0.0");
        }
        try (BrowserContext context = browser.somebody(javaScript)) {
            Reader reader = new Reader(postern, patient, context);
            reader.followNotice();
            reader.signIn();
            Page page = reader.page();
            assertThat(
                            page.getByRole(
                                            AriaRole.HEADING,
                                            new Page.GetByRoleOptions().setLevel(1))
                                    .innerText())
                    .contains("Your results " + javaScript)
                    .doesNotContain("[");
            assertThat(page.content()).contains("your results are attached");
            Download download =
                    page.waitForDownload(() ->
                            page.getByRole(
                                            AriaRole.LINK,
                                            new Page.GetByRoleOptions()
                                                    .setName("Download results.pdf"))
                                    .click());
            assertThat(Mail.hash(Files.readAllBytes(download.path()))).isEqualTo(Mail.hash(pdf));

            page.locator("textarea").fill("Thank you! I will call on Monday.");
            page.locator("input[type=file]")
                    .setInputFiles(
                            new FilePayload("photo.jpg", "image/jpeg", Mail.file(50_000, 3)));
            page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Send")).click();
            page.waitForLoadState();
            assertThat(page.content()).contains("Sent");
        }
        try (BrowserContext context = browser.somebody(javaScript)) {
            Reader nurse = new Reader(postern, NURSE, context);
            nurse.followLatestNotice();
            nurse.signIn();
            nurse.page().navigate(postern.portal() + "/inbox");
            assertThat(nurse.page().content()).contains("Re: Your results " + javaScript);
            nurse.page()
                    .getByRole(
                            AriaRole.LINK,
                            new Page.GetByRoleOptions().setName("Re: Your results " + javaScript))
                    .first()
                    .click();
            assertThat(nurse.page().content()).contains("I will call on Monday");
            Download photo =
                    nurse.page()
                            .waitForDownload(() ->
                                    nurse.page()
                                            .getByRole(
                                                    AriaRole.LINK,
                                                    new Page.GetByRoleOptions()
                                                            .setName("Download photo.jpg"))
                                            .click());
            assertThat(Mail.hash(Files.readAllBytes(photo.path())))
                    .isEqualTo(Mail.hash(Mail.file(50_000, 3)));
        }
    }
}
