package org.postern.mail.notice;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.postern.mail.TestSite.DAUGHTER;
import static org.postern.mail.TestSite.PATIENT;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.db.Language;
import org.postern.db.MessageId;
import org.postern.db.store.Job;
import org.postern.db.store.NoticeRules;
import org.postern.mail.MailSystem;
import org.postern.mail.TestSite;
import org.postern.notifications.job.JobHandler;
import org.postern.notifications.job.Outcome;
import org.postern.notifications.outgoing.Handed;
import org.postern.notifications.outgoing.OutgoingMessage;

class NoticeHandlerTest {

    @TempDir private Path folder;
    private TestSite site;
    private MailSystem system;
    private MessageId message;
    private final List<OutgoingMessage> handed = new ArrayList<>();
    private Handed answer = new Handed.Accepted();
    private JobHandler handler;

    @BeforeEach
    void deliverToTwo() throws Exception {
        site = new TestSite(folder);
        system = site.start();
        message =
                system.bring(
                        site.envelope(PATIENT, DAUGHTER),
                        TestSite.plain("Canarysubject", "Canarybody"));
        handler =
                NoticeSite.handlers(
                                site,
                                system,
                                mail -> {
                                    handed.add(mail);
                                    return answer;
                                })
                        .getFirst();
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
        rules(new NoticeRules(Language.POLISH, List.of(), false, false, 0));
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
    void aSubjectIsToldWhereTheTenantLetsIt() throws Exception {
        jobs(); // of the message before
        rules(new NoticeRules(Language.ENGLISH, List.of(), true, false, 0));
        system.bring(site.envelope(PATIENT), TestSite.plain("Your <results>", "Canarybody"));

        handler.handle(
                system.database()
                        .jobs()
                        .claim(10, site.clock().instant(), MailSystem.LEASE)
                        .getFirst());

        assertThat(text(handed.getFirst()))
                .contains("Subject: Your <results>")
                .contains("Subject: Your &lt;results&gt;")
                .contains("Subject: Nurse Joy has sent you a secure message");
        assertThat(
                        site.mailSql()
                                .sql("SELECT sealed_subject FROM told_subject")
                                .query(byte[].class)
                                .list())
                .singleElement()
                .satisfies(
                        sealed -> assertThat(new String(sealed, UTF_8)).doesNotContain("results"));
    }

    @Test
    void whoWantsNoLinksGetsSevenCharactersThatNameTheNotice() throws Exception {
        rules(new NoticeRules(Language.ENGLISH, List.of("example.org"), false, false, 0));

        Job job = jobs().getFirst();
        handler.handle(job);
        handler.handle(job);

        String text = text(handed.getFirst());
        assertThat(text)
                .doesNotContain("http")
                .doesNotContain("href")
                .doesNotContain("<a ")
                .contains("clinic.example/read")
                .contains("clinic.example/genuine");
        Matcher number = Pattern.compile("    ([0-9A-Z]{3}-[0-9A-Z]{4})\r\n").matcher(text);
        assertThat(number.find()).isTrue();
        assertThat(
                        system.database()
                                .notices()
                                .find(site.tenant(), number.group(1).replace("-", "")))
                .hasValueSatisfying(named -> {
                    assertThat(named.message()).isEqualTo(message);
                    assertThat(named.mailbox()).isEqualTo(job.mailbox().orElseThrow());
                });
        assertThat(text(handed.get(1))).contains(number.group(1));
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

    private void rules(NoticeRules rules) {
        system.database().tenants().updateNoticeRules(site.tenant(), rules);
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
