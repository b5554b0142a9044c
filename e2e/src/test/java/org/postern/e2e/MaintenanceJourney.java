package org.postern.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.db.Steps;
import org.postern.server.Postern;

/// An operator announces a maintenance, begins it, really stops the mail database and ends it all
/// again, by the commands that there are for it (promise P11).
class MaintenanceJourney {

    private static final String NURSE = "nurse@example.com";
    private static final String PATIENT = "patient@example.org";

    @TempDir Path folder;

    @Test
    void mailIsTakenWhileTheDatabaseIsStoppedAndWhoeverAskedForALinkGetsItAfterwards()
            throws Exception {
        EmbeddedPostgres database = postgres(0);
        int port = database.getPort();
        String url = "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=postgres";
        Path data = folder.resolve("maintained");
        List<String> sent = new ArrayList<>();
        try (PosternProcess postern =
                        PosternProcess.start(
                                data, PosternProcess.Ports.free(), "--database-url", url);
                Browser browser = new Browser();
                BrowserContext context = browser.somebody(360, 740, ColorScheme.LIGHT)) {
            Reader patient = new Reader(postern, PATIENT, context);
            Page page = patient.page();
            sent.add(send(postern, "Before"));
            patient.nextMail();

            say(
                    data,
                    "maintenance",
                    "schedule",
                    "--from",
                    "+1h",
                    "--until",
                    "+3h",
                    "--text",
                    "New disks.");
            page.navigate(postern.portal() + "/");
            awaitText(page, postern.portal() + "/", "Maintenance from");
            Browser.picture(page, "maintenance-ahead");

            say(data, "maintenance", "start", "--until", "+90m");
            await().atMost(Duration.ofSeconds(30))
                    .pollInSameThread()
                    .until(() -> status(page, postern.portal() + "/inbox") == 503);
            database.close();

            sent.add(send(postern, "During"));
            Response shown = page.navigate(postern.portal() + "/inbox");
            assertThat(shown.status()).isEqualTo(503);
            assertThat(Integer.parseInt(shown.headers().get("retry-after"))).isBetween(60, 3600);
            assertThat(page.content())
                    .contains(
                            "We are working on the system",
                            "New disks.",
                            "will be here afterwards");
            Browser.picture(page, "maintenance");
            page.getByLabel("E-mail me a sign-in link when it is over").fill(PATIENT);
            page.getByRole(
                            AriaRole.BUTTON,
                            new Page.GetByRoleOptions().setName("Mail me afterwards"))
                    .click();
            assertThat(page.content()).contains("We will mail you");
            Browser.picture(page, "maintenance-asked");
            say(data, "incident", "open", "--text", "The new disks are slow.");
            awaitText(page, postern.portal() + "/status", "The new disks are slow.");
            assertThat(page.content())
                    .contains("Maintenance now", "Taking mail", ">Maintenance</span>");
            Browser.picture(page, "status");
            assertThat(patient.mails()).hasSize(1);

            database = postgres(port);
            say(data, "incident", "resolve", "--text", "They are fast now.");
            say(data, "maintenance", "end");

            page.navigate(signInLink(patient));
            page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Yes, sign me in"))
                    .click();
            page.waitForURL(each -> each.contains("/inbox"));
            for (String subject : sent) {
                awaitText(page, postern.portal() + "/inbox", subject);
            }
            assertThat(say(data, "maintenance", "status")).isZero();
        } finally {
            database.close();
        }
    }

    private static String signInLink(Reader reader) throws Exception {
        return await().atMost(Duration.ofSeconds(60))
                .pollInSameThread()
                .until(
                        () ->
                                reader.mails().stream()
                                        .flatMap(mail -> mail.links().stream())
                                        .map(Object::toString)
                                        .filter(link -> link.contains("/signin/"))
                                        .findFirst(),
                        java.util.Optional::isPresent)
                .orElseThrow();
    }

    private static int status(Page page, String url) {
        return page.request().get(url).status();
    }

    private static void awaitText(Page page, String url, String text) {
        await().atMost(Duration.ofSeconds(60))
                .pollInSameThread()
                .until(() -> {
                    page.navigate(url);
                    return page.content().contains(text);
                });
    }

    private static int say(Path data, String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of("--data", data.toString()));
        int status = Postern.run(Steps.UNWATCHED, all.toArray(String[]::new));
        assertThat(status).as(String.join(" ", words)).isZero();
        return status;
    }

    private static String send(PosternProcess postern, String subject) throws Exception {
        try (SmtpSession smtp = SmtpSession.open(postern)) {
            assertThat(
                            smtp.send(
                                    NURSE,
                                    List.of(PATIENT),
                                    Mail.withAttachment(
                                            NURSE,
                                            PATIENT,
                                            "[" + subject + "]",
                                            "Text.",
                                            "a.pdf",
                                            Mail.file(100, subject.length()))))
                    .startsWith("250");
        }
        return subject;
    }

    private EmbeddedPostgres postgres(int port) throws Exception {
        return EmbeddedPostgres.builder()
                .setPort(port)
                .setDataDirectory(folder.resolve("external-postgres"))
                .setCleanDataDirectory(false)
                .start();
    }
}
