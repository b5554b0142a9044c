package org.postern.mail.returned;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.postern.mail.TestSite.DAUGHTER;
import static org.postern.mail.TestSite.NURSE;
import static org.postern.mail.TestSite.PATIENT;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.crypto.sealed.UuidV7;
import org.postern.db.EmailAddress;
import org.postern.db.Envelope;
import org.postern.db.JobId;
import org.postern.db.MessageId;
import org.postern.db.store.JobOutcome;
import org.postern.db.store.MailRules;
import org.postern.db.store.TimelineEntry;
import org.postern.db.store.TimelineKind;
import org.postern.mail.MailSystem;
import org.postern.mail.TestSite;
import org.postern.mail.delivery.Delivery;
import org.postern.mail.notice.NoticeSite;
import org.postern.mail.reading.Reader;
import org.postern.mail.reading.RecipientTimeline;
import org.postern.mail.reading.Timelines;
import org.postern.notifications.job.JobWorker;
import org.postern.notifications.job.RelayReplies;
import org.postern.notifications.outgoing.Handed;

/// What becomes of a notice that a mail server took and brought back.
class ReturnedMailTest {

    private static final String DOMAIN = "returns.example.com";

    @TempDir private Path folder;
    private TestSite site;
    private MailSystem system;
    private JobWorker worker;
    private MessageId message;
    private final Map<String, EmailAddress> returns = new ConcurrentHashMap<>();

    @BeforeEach
    void twoAreTold() throws Exception {
        site = new TestSite(folder);
        system = site.start();
        system.database()
                .tenants()
                .updateRules(
                        site.tenant(), MailRules.DEFAULT.withReturnDomain(Optional.of(DOMAIN)));
        worker =
                NoticeSite.startWorker(
                        site,
                        system,
                        mail -> {
                            returns.put(
                                    mail.forwardPath().text(), mail.reversePath().orElseThrow());
                            return new Handed.Accepted();
                        });
        message = system.bring(site.envelope(PATIENT, DAUGHTER), TestSite.plain("Subject", "Body"));
        worker.wake();
        await().atMost(Duration.ofSeconds(60))
                .until(() -> count("kind = 'notice' AND state = 'completed'") == 2);
    }

    @AfterEach
    void close() {
        worker.close();
    }

    @Test
    void whatFailsHasFailedForItsSenderAndNobodyElse() throws Exception {
        comeBack(PATIENT, report("failed", "5.1.1"));

        assertThat(timeline(PATIENT).entries())
                .extracting(TimelineEntry::kind)
                .containsExactly(TimelineKind.ACCEPTED, TimelineKind.TOLD, TimelineKind.FAILED);
        assertThat(timeline(PATIENT).entries().getLast().reason()).contains("returned-5.1.1");
        assertThat(timeline(PATIENT).failed()).isTrue();
        assertThat(timeline(DAUGHTER).failed()).isFalse();
        assertThat(count("kind = 'failed-report'")).isEqualTo(1);
    }

    @Test
    void whatTheMailServerSaidIsKeptSealedForTheReport() throws Exception {
        comeBack(PATIENT, report("failed", "5.1.1"));

        JobOutcome outcome =
                system.database()
                        .jobs()
                        .outcome(
                                site.tenant(),
                                Delivery.NOTICE,
                                message.value(),
                                timeline(PATIENT).mailbox())
                        .orElseThrow();
        assertThat(
                        RelayReplies.open(
                                system.keys().authority().lend(site.tenant()).operations(),
                                site.tenant(),
                                outcome.job(),
                                outcome.reply().orElseThrow()))
                .isEqualTo("550 no such patient");
        assertThat(site.rows()).noneMatch(row -> row.contains("no such patient"));
    }

    @Test
    void saidTwiceItHasFailedOnce() throws Exception {
        comeBack(PATIENT, report("failed", "5.1.1"));
        comeBack(PATIENT, report("failed", "5.1.1"));

        assertThat(timeline(PATIENT).entries())
                .extracting(TimelineEntry::kind)
                .containsOnlyOnce(TimelineKind.FAILED);
    }

    @Test
    void whoCouldNotBeToldIsNotReminded() throws Exception {
        comeBack(PATIENT, report("failed", "5.1.1"));
        returns.clear();

        site.clock().advance(Duration.ofDays(3));
        worker.wake();
        await().atMost(Duration.ofSeconds(60))
                .until(() ->
                        count("kind = 'first-reminder' AND state IN ('completed', 'discarded')")
                                == 2);

        assertThat(returns).containsOnlyKeys(DAUGHTER);
    }

    @Test
    void whatIsDelayedIsNotLost() throws Exception {
        comeBack(PATIENT, report("delayed", "4.4.1"));

        assertThat(timeline(PATIENT).entries())
                .extracting(TimelineEntry::kind)
                .containsExactly(TimelineKind.ACCEPTED, TimelineKind.TOLD, TimelineKind.DEFERRED);
        assertThat(timeline(PATIENT).failed()).isFalse();
        assertThat(count("kind = 'failed-report'")).isZero();
    }

    @Test
    void nothingBecomesOfWhatAnswersInSomebodysAbsence() throws Exception {
        long jobs = count("true");
        comeBack(
                PATIENT,
                TestSite.lines(
                        "From: " + PATIENT,
                        "Auto-Submitted: auto-replied",
                        "Subject: I am away",
                        "",
                        "Until Monday."));

        assertThat(timeline(PATIENT).entries())
                .extracting(TimelineEntry::kind)
                .containsExactly(TimelineKind.ACCEPTED, TimelineKind.TOLD);
        assertThat(count("true")).isEqualTo(jobs);
        assertThat(system.inbox(system.signIn(NURSE))).isEmpty();
    }

    @Test
    void aJobThatIsNoMoreIsNobodys() throws Exception {
        system.bring(
                Envelope.ofReturned(
                        site.tenant(), new JobId(UUID.randomUUID()), site.clock().instant()),
                report("failed", "5.1.1"));

        assertThat(timeline(PATIENT).failed()).isFalse();
        assertThat(system.database().arrivals().waiting()).isZero();
    }

    private void comeBack(String recipient, byte[] report) throws Exception {
        JobId job =
                ReturnAddress.job(
                                List.of(system.keys().authority().returnKey()),
                                site.tenant(),
                                returns.getOrDefault(recipient, TestSite.address(NURSE)))
                        .orElseThrow();
        system.bring(Envelope.ofReturned(site.tenant(), job, site.clock().instant()), report);
    }

    private static byte[] report(String action, String status) {
        return TestSite.lines(
                "Content-Type: multipart/report; boundary=b",
                "",
                "--b",
                "Content-Type: message/delivery-status",
                "",
                "Reporting-MTA: dns; mx.example.org",
                "",
                "Final-Recipient: rfc822; somebody.else@example.org",
                "Action: " + action,
                "Status: " + status,
                "Diagnostic-Code: smtp; 550 no such patient",
                "",
                "--b--");
    }

    private RecipientTimeline timeline(String address) throws Exception {
        Reader nurse = system.signIn(NURSE);
        return new Timelines(
                        system.keys().service(),
                        system.database(),
                        system.jobs(),
                        new UuidV7(site.clock(), site.random()),
                        site.clock())
                .of(nurse, system.sent(nurse).getFirst()).stream()
                        .filter(line -> line.address().equals(address))
                        .findFirst()
                        .orElseThrow();
    }

    private long count(String which) {
        return site.mailSql()
                .sql("SELECT count(*) FROM job WHERE " + which)
                .query(Long.class)
                .single();
    }
}
