package org.postern.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postern.db.Step;
import org.postern.notifications.outgoing.OutboxLetter;

/// The process is killed at each named step between DATA and the notice, and started again on the
/// same folder: what was answered 250 is readable exactly once, and its recipient is told.
class CrashJourney {

    @TempDir static Path folder;
    private static Browser browser;
    private static Path data;
    private static PosternProcess postern;

    @BeforeAll
    static void start() throws Exception {
        browser = new Browser();
        data = folder.resolve("crash");
        postern = PosternProcess.startHaltable(data, PosternProcess.Ports.free());
    }

    @AfterAll
    static void stop() {
        browser.close();
        postern.close();
    }

    @ParameterizedTest
    @EnumSource(Step.class)
    void aMessageAnswered250IsReadableOnceWhereverTheProcessIsKilled(Step step) throws Exception {
        String recipient = step.name().toLowerCase(Locale.ROOT) + "@example.org";
        String subject = "Killed at " + step;
        boolean accepted;
        try {
            postern.haltAt(step);
            accepted = send(recipient, subject);
            postern.awaitHalted();
        } finally {
            postern.kill();
            postern = PosternProcess.startHaltable(data, postern.ports());
        }
        if (!accepted) {
            // No answer: the client tries again, and a copy of what was on its way may be there
            // too.
            assertThat(send(recipient, subject)).isTrue();
        }
        await().atMost(Duration.ofSeconds(60)).until(() -> !notices(recipient).isEmpty());
        assertThat(notices(recipient)).hasSizeBetween(1, 2);
        assertThat(readable(recipient, subject)).isBetween(1, accepted ? 1 : 2);
    }

    /// @return whether the server said 250; it says nothing if it dies first
    private static boolean send(String recipient, String subject) throws Exception {
        PosternProcess postern = CrashJourney.postern;
        byte[] content =
                Mail.withAttachment(
                        "nurse@example.com",
                        recipient,
                        "[" + subject + "]",
                        "Text.",
                        "a.pdf",
                        Mail.file(1000, 4));
        try (SmtpSession smtp = SmtpSession.open(postern)) {
            var watch =
                    Thread.ofVirtual()
                            .start(() -> {
                                try {
                                    postern.awaitHalted();
                                    smtp.hangUp();
                                } catch (Exception | AssertionError e) {
                                    // It never halted, or the session is over: nothing to end.
                                }
                            });
            try {
                return smtp.send("nurse@example.com", List.of(recipient), content)
                        .startsWith("250");
            } catch (IOException e) {
                return false;
            } finally {
                watch.interrupt();
            }
        }
    }

    private static List<OutboxLetter> notices(String recipient) throws IOException {
        return Reader.mails(
                data,
                entry ->
                        entry.to().contains(recipient)
                                && entry.subject().contains("secure message"));
    }

    private static int readable(String recipient, String subject) throws Exception {
        try (BrowserContext context = browser.somebody(false)) {
            Reader reader = new Reader(postern, recipient, context);
            reader.followLatestNotice();
            reader.signIn();
            reader.page().navigate(postern.portal() + "/inbox");
            return reader.page()
                    .getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName(subject))
                    .count();
        }
    }
}
