package org.postern.mail.notice;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.postern.mail.TestSite.DAUGHTER;
import static org.postern.mail.TestSite.PATIENT;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.db.Language;
import org.postern.db.MessageId;
import org.postern.db.store.NoticeRules;
import org.postern.mail.MailSystem;
import org.postern.mail.TestSite;
import org.postern.notifications.job.JobWorker;
import org.postern.notifications.outgoing.Handed;
import org.postern.notifications.outgoing.OutgoingMessage;

/// When recipients are told: at once, together, and again.
class TellingTest {

    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration DAY = Duration.ofDays(1);

    @TempDir private Path folder;
    private TestSite site;
    private MailSystem system;
    private JobWorker worker;
    private final List<OutgoingMessage> handed = Collections.synchronizedList(new ArrayList<>());
    private volatile Handed answer = new Handed.Accepted();

    @BeforeEach
    void anHour() {
        site = new TestSite(folder);
        system = site.start();
        rules(true, 60);
        start();
    }

    @AfterEach
    void close() {
        worker.close();
    }

    @Test
    void theFirstIsToldAtOnceAndWhatComesWithinTheHourTogetherAtItsEnd() throws Exception {
        bring(PATIENT);
        settle();
        assertThat(subjects()).containsExactly("Nurse Joy has sent you a secure message");

        site.clock().advance(Duration.ofMinutes(10));
        bring(PATIENT);
        site.clock().advance(Duration.ofMinutes(40));
        bring(PATIENT);
        bring(DAUGHTER);
        settle();
        assertThat(subjects())
                .containsExactly(
                        "Nurse Joy has sent you a secure message",
                        "Nurse Joy has sent you a secure message");
        assertThat(handed.getLast().forwardPath().text()).isEqualTo(DAUGHTER);

        site.clock().advance(Duration.ofMinutes(10));
        settle();
        assertThat(subjects()).hasSize(3);
        assertThat(subjects().getLast()).isEqualTo("2 secure messages wait for you");
        assertThat(text(handed.getLast())).contains("https://clinic.example/inbox");
        assertThat(states()).containsOnly("completed");
    }

    @Test
    void anHourAfterADigestTheNextIsToldAtOnce() throws Exception {
        bring(PATIENT);
        settle();
        site.clock().advance(Duration.ofMinutes(1));
        bring(PATIENT);
        site.clock().advance(HOUR);
        settle();
        assertThat(handed).hasSize(2);

        site.clock().advance(HOUR);
        bring(PATIENT);
        settle();

        assertThat(handed).hasSize(3);
    }

    @Test
    void whatWasReadMeanwhileIsNotToldAgain() throws Exception {
        bring(PATIENT);
        settle();
        MessageId second = bring(PATIENT);
        MessageId third = bring(PATIENT);
        MessageId recalled = bring(PATIENT);
        system.reading().open(system.signIn(PATIENT), second).orElseThrow().close();
        system.keys().service().destroy(site.tenant(), recalled, Set.of());

        site.clock().advance(HOUR);
        settle();

        assertThat(handed).hasSize(2);
        assertThat(text(handed.getLast())).contains("/m/" + third + "/n/");
    }

    @Test
    void whatBecomesOfADigestBecomesOfEachMessageInIt() throws Exception {
        bring(PATIENT);
        settle();
        MessageId second = bring(PATIENT);
        MessageId third = bring(PATIENT);
        answer = new Handed.Deferred("deferred-451");
        site.clock().advance(HOUR);
        settle();
        assertThat(row(second)).isEqualTo("retryable 1 deferred-451").isEqualTo(row(third));

        answer = new Handed.Refused("refused-550-5.1.1");
        site.clock().advance(Duration.ofMinutes(10));
        settle();

        assertThat(row(second)).isEqualTo("discarded 2 refused-550-5.1.1").isEqualTo(row(third));
        assertThat(reports()).containsExactlyInAnyOrder(second, third);
    }

    @Test
    void nothingIsLostWhenTheProcessDiesBeforeTheHourIsOver() throws Exception {
        bring(PATIENT);
        settle();
        bring(PATIENT);
        bring(PATIENT);
        worker.close();
        site.clock().advance(DAY);

        start();
        settle();

        assertThat(subjects().getLast()).isEqualTo("2 secure messages wait for you");
    }

    @Test
    void whoDoesNotReadIsRemindedAfterThreeDaysAndAfterTen() throws Exception {
        bring(PATIENT);
        settle();
        site.clock().advance(DAY.multipliedBy(3).minusSeconds(1));
        settle();
        assertThat(handed).hasSize(1);

        site.clock().advance(Duration.ofSeconds(1));
        settle();
        assertThat(subjects()).hasSize(2);
        assertThat(subjects().getLast())
                .isEqualTo("Reminder: Nurse Joy has sent you a secure message");
        assertThat(text(handed.getLast())).contains("It has waited for 3 days.");

        site.clock().advance(DAY.multipliedBy(7));
        settle();
        assertThat(text(handed.getLast()))
                .contains("It has waited for 10 days.")
                .contains("We will not remind you again.");

        site.clock().advance(DAY.multipliedBy(90));
        settle();
        assertThat(handed).hasSize(3);
    }

    @Test
    void nobodyIsRemindedOfWhatWasReadOrWhereTheTenantWantsNoReminders() throws Exception {
        MessageId read = bring(PATIENT);
        bring(DAUGHTER);
        settle();
        system.reading().open(system.signIn(PATIENT), read).orElseThrow().close();
        rules(false, 60);

        site.clock().advance(DAY.multipliedBy(20));
        settle();

        assertThat(handed).hasSize(2);
    }

    private MessageId bring(String recipient) throws Exception {
        MessageId id = system.bring(site.envelope(recipient), TestSite.plain("Subject", "Body"));
        worker.wake();
        return id;
    }

    private void start() {
        worker =
                NoticeSite.startWorker(
                        site,
                        system,
                        mail -> {
                            handed.add(mail);
                            return answer;
                        });
    }

    /// Until nothing that anybody does is due.
    private void settle() {
        worker.wake();
        await().atMost(Duration.ofSeconds(60))
                .until(() ->
                        site.mailSql()
                                        .sql(
                                                """
                                                SELECT count(*) FROM job
                                                 WHERE kind IN ('notice', 'first-reminder', 'second-reminder')
                                                   AND (state = 'running' OR state IN ('available', 'retryable') AND run_at <= :now)
                                                """)
                                        .param(
                                                "now",
                                                OffsetDateTime.ofInstant(
                                                        site.clock().instant(), ZoneOffset.UTC))
                                        .query(Long.class)
                                        .single()
                                == 0);
    }

    private void rules(boolean reminds, int digestMinutes) {
        system.database()
                .tenants()
                .updateNoticeRules(
                        site.tenant(),
                        new NoticeRules(
                                Language.ENGLISH, List.of(), false, reminds, digestMinutes));
    }

    private List<String> states() {
        return site.mailSql()
                .sql("SELECT state FROM job WHERE kind = 'notice'")
                .query((row, _) -> row.getString(1))
                .list();
    }

    private String row(MessageId message) {
        return site.mailSql()
                .sql(
                        """
                        SELECT state || ' ' || attempt || ' ' || reason FROM job WHERE kind = 'notice' AND subject_id = :message
                        """)
                .param("message", message.value())
                .query(String.class)
                .single();
    }

    private List<MessageId> reports() {
        return site.mailSql()
                .sql("SELECT subject_id FROM job WHERE kind = 'failed-report'")
                .query((row, _) -> new MessageId(row.getObject(1, UUID.class)))
                .list();
    }

    private List<String> subjects() {
        return List.copyOf(handed).stream()
                .map(mail ->
                        text(mail)
                                .replaceAll(
                                        "(?s).*\r\nSubject: ([^\r]*(?:\r\n [^\r]*)*)\r\n.*", "$1")
                                .replace("\r\n", ""))
                .toList();
    }

    private static String text(OutgoingMessage mail) {
        try {
            return new String(mail.content().readAllBytes(), UTF_8).replace("=\r\n", "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
