package org.postern.mail.notice;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.postern.mail.TestSite.DAUGHTER;
import static org.postern.mail.TestSite.PATIENT;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.db.Language;
import org.postern.db.MessageId;
import org.postern.db.store.Job;
import org.postern.db.store.NoticeRules;
import org.postern.mail.MailSystem;
import org.postern.mail.TestSite;
import org.postern.notifications.job.Outcome;
import org.postern.notifications.notice.NoticeMail;
import org.postern.notifications.outgoing.Handed;
import org.postern.notifications.outgoing.LoopMark;
import org.postern.notifications.outgoing.MailComposer;
import org.postern.notifications.outgoing.OutgoingMessage;
import org.postern.notifications.outgoing.Sender;
import org.postern.notifications.words.Languages;

class NoticeHandlerTest {

    @TempDir private Path folder;
    private TestSite site;
    private MailSystem system;
    private MessageId message;
    private final List<OutgoingMessage> handed = new ArrayList<>();
    private Handed answer = new Handed.Accepted();
    private NoticeHandler handler;

    @BeforeEach
    void deliverToTwo() throws Exception {
        site = new TestSite(folder);
        system = site.start();
        message =
                system.bring(
                        site.envelope(PATIENT, DAUGHTER),
                        TestSite.plain("Canarysubject", "Canarybody"));
        Sender sender =
                new Sender(
                        "Example Clinic",
                        TestSite.address("portal@example.com"),
                        Optional.empty(),
                        URI.create("https://clinic.example"),
                        List.of());
        handler =
                new NoticeHandler(
                        system.database(),
                        system.jobs(),
                        system.keys().authority(),
                        new Languages(system.database(), system.keys().authority()),
                        new NoticeMail(
                                _ -> sender,
                                new MailComposer(
                                        new LoopMark(
                                                system.door().instance(), system.door().loopKey()),
                                        site.clock())),
                        mail -> {
                            handed.add(mail);
                            return answer;
                        });
    }

    @Test
    void eachRecipientIsToldWithoutContent() {
        for (Job job : jobs()) {
            assertThat(handler.handle(job)).isEqualTo(new Outcome.Done());
        }

        assertThat(handed)
                .extracting(mail -> mail.forwardPath().text())
                .containsExactlyInAnyOrder(PATIENT, DAUGHTER);
        assertThat(handed)
                .allSatisfy(mail ->
                        assertThat(text(mail))
                                .contains("Nurse Joy")
                                .contains("https://clinic.example/m/" + message)
                                .doesNotContain("Canarysubject")
                                .doesNotContain("Canarybody"));
    }

    @Test
    void eachIsToldInTheLanguageOfTheMailboxElseInTheTenants() throws Exception {
        system.database()
                .tenants()
                .updateNoticeRules(site.tenant(), new NoticeRules(Language.POLISH));
        system.database()
                .mailboxes()
                .updateLanguage(site.tenant(), system.signIn(PATIENT).mailbox(), Language.GERMAN);

        for (Job job : jobs()) {
            handler.handle(job);
        }

        assertThat(handed)
                .extracting(mail -> mail.forwardPath().text(), mail -> language(mail))
                .containsExactlyInAnyOrder(tuple(PATIENT, "de"), tuple(DAUGHTER, "pl"));
    }

    @Test
    void whatTheRelaySaysDecides() {
        Job job = jobs().getFirst();

        answer = new Handed.Deferred("greylisted");
        assertThat(handler.handle(job)).isEqualTo(new Outcome.Retry("greylisted"));
        answer = new Handed.Refused("no-such-mailbox");
        assertThat(handler.handle(job)).isEqualTo(new Outcome.Discard("no-such-mailbox"));
    }

    @Test
    void noNoticeGoesToAnAddressOfAnotherMailbox() {
        site.mailSql()
                .sql(
                        """
                        UPDATE mailbox SET sealed_address = other.sealed_address FROM mailbox other
                         WHERE mailbox.mailbox_id <> other.mailbox_id
                        """)
                .update();

        for (Job job : jobs()) {
            assertThat(handler.handle(job)).isEqualTo(new Outcome.Discard("names-do-not-open"));
        }
        assertThat(handed).isEmpty();
    }

    @Test
    void aDamagedRowIsNotTriedForDays() {
        site.mailSql().sql("UPDATE message SET header = '\\x00'").update();

        assertThat(handler.handle(jobs().getFirst()))
                .isEqualTo(new Outcome.Discard("names-do-not-open"));
    }

    @Test
    void nobodyIsToldOfAMessageThatIsGone() {
        List<Job> jobs = jobs();
        site.mailSql().sql("DELETE FROM slot").update();
        site.mailSql().sql("DELETE FROM message").update();

        assertThat(handler.handle(jobs.getFirst())).isEqualTo(new Outcome.Discard("message-gone"));
        assertThat(handed).isEmpty();
    }

    private List<Job> jobs() {
        List<Job> jobs =
                system.database().jobs().claim(10, site.clock().instant(), MailSystem.LEASE);
        assertThat(jobs).hasSize(2).allMatch(job -> job.kind().equals(handler.kind()));
        return jobs;
    }

    private static String language(OutgoingMessage mail) {
        return text(mail).replaceAll("(?s).*\r\nContent-Language: ([a-z]+)\r\n.*", "$1");
    }

    private static String text(OutgoingMessage mail) {
        try {
            // quoted-printable: soft line ends and the equals sign of the encoding
            return new String(mail.content().readAllBytes(), UTF_8).replace("=\r\n", "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
