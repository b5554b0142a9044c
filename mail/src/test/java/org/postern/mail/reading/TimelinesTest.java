package org.postern.mail.reading;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.postern.mail.TestSite.DAUGHTER;
import static org.postern.mail.TestSite.NURSE;
import static org.postern.mail.TestSite.PATIENT;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.crypto.sealed.UuidV7;
import org.postern.db.MailboxId;
import org.postern.db.MessageId;
import org.postern.db.store.TimelineEntry;
import org.postern.db.store.TimelineKind;
import org.postern.mail.MailSystem;
import org.postern.mail.TestSite;
import org.postern.mail.notice.NoticeSite;
import org.postern.notifications.job.JobWorker;
import org.postern.notifications.outgoing.Handed;
import org.postern.notifications.outgoing.OutgoingMessage;

/// What became of a message at each recipient, as its author sees it.
class TimelinesTest {

    @TempDir private Path folder;
    private TestSite site;
    private MailSystem system;
    private JobWorker worker;
    private Timelines timelines;
    private MessageId message;
    private volatile Handed answer = new Handed.Deferred("deferred-451");
    private final List<OutgoingMessage> handed = new ArrayList<>();

    @BeforeEach
    void aMessageToTwo() throws Exception {
        site = new TestSite(folder);
        system = site.start();
        timelines =
                new Timelines(
                        system.keys().service(),
                        system.database(),
                        system.jobs(),
                        new UuidV7(site.clock(), site.random()),
                        site.clock());
        message =
                system.bring(
                        site.envelope(PATIENT, DAUGHTER),
                        TestSite.lines(
                                "From: Nurse Joy <" + NURSE + ">",
                                "To: Pat Ient <" + PATIENT + ">",
                                "Subject: Canarysubject",
                                "Message-ID: <timeline@example.com>",
                                "",
                                "Canarybody"));
        worker =
                NoticeSite.startWorker(
                        site,
                        system,
                        mail -> {
                            synchronized (handed) {
                                handed.add(mail);
                            }
                            return mail.forwardPath().text().equals(PATIENT)
                                    ? answer
                                    : new Handed.Refused("refused-550-5.1.1");
                        });
    }

    @AfterEach
    void close() {
        worker.close();
    }

    @Test
    void eachRecipientHasOneInTheOrderOfWhatHappened() throws Exception {
        awaitKinds(PATIENT, TimelineKind.ACCEPTED, TimelineKind.DEFERRED);
        answer = new Handed.Accepted();
        site.clock().advance(Duration.ofMinutes(10));
        worker.wake();
        awaitKinds(PATIENT, TimelineKind.ACCEPTED, TimelineKind.DEFERRED, TimelineKind.TOLD);

        Reader patient = system.signIn(PATIENT);
        system.reading().open(patient, message).orElseThrow().close();
        system.reading().open(patient, message).orElseThrow().close();
        var reply = system.replies().begin(patient, message, UUID.randomUUID()).orElseThrow();
        reply.text("Thank you");
        reply.send();
        system.emptySpool();
        system.deliver();

        awaitKinds(
                PATIENT,
                TimelineKind.ACCEPTED,
                TimelineKind.DEFERRED,
                TimelineKind.TOLD,
                TimelineKind.READ,
                TimelineKind.ANSWERED);
        assertThat(of(PATIENT).entries().get(1).reason()).contains("deferred-451");
        awaitKinds(DAUGHTER, TimelineKind.ACCEPTED, TimelineKind.FAILED);
        assertThat(of(DAUGHTER).failed()).isTrue();
        assertThat(of(DAUGHTER).entries().getLast().reason()).contains("refused-550-5.1.1");
    }

    @Test
    void nobodyButTheAuthorHasThem() throws Exception {
        Reader patient = system.signIn(PATIENT);
        MessageRow row = system.inbox(patient).getFirst();

        assertThat(timelines.of(patient, row)).isEmpty();
        assertThat(timelines.tellAgain(patient, message, system.signIn(DAUGHTER).mailbox()))
                .isFalse();
    }

    @Test
    void whomItWentToIsStoredForTheAuthorAlone() {
        assertThat(
                        site.mailSql()
                                .sql("SELECT sealed_recipients FROM recipient_list")
                                .query(byte[].class)
                                .list())
                .singleElement()
                .satisfies(sealed -> assertThat(new String(sealed, UTF_8)).doesNotContain(PATIENT));
    }

    @Test
    void anAuthorHasSomebodyToldOnceMoreAndNotTwiceInTenMinutes() throws Exception {
        awaitKinds(DAUGHTER, TimelineKind.ACCEPTED, TimelineKind.FAILED);
        Reader nurse = system.signIn(NURSE);
        MailboxId daughter = of(DAUGHTER).mailbox();

        assertThat(timelines.tellAgain(nurse, message, daughter)).isTrue();
        assertThat(timelines.tellAgain(nurse, message, daughter)).isFalse();
        worker.wake();
        awaitKinds(DAUGHTER, TimelineKind.ACCEPTED, TimelineKind.FAILED, TimelineKind.FAILED);
        site.clock().advance(Timelines.PAUSE);
        assertThat(timelines.tellAgain(nurse, message, daughter)).isTrue();

        List<String> ids = new ArrayList<>();
        synchronized (handed) {
            for (OutgoingMessage mail : handed) {
                if (mail.forwardPath().text().equals(DAUGHTER)) {
                    ids.add(
                            new String(mail.content().readAllBytes(), UTF_8)
                                    .replaceAll("(?s).*Message-ID: (<[^>]*>).*", "$1"));
                }
            }
        }
        assertThat(ids).doesNotHaveDuplicates();
    }

    @Test
    void ofSeveralWhoPressAtOnceOneHasSomebodyToldOnceMore() throws Exception {
        Reader nurse = system.signIn(NURSE);
        MailboxId daughter = of(DAUGHTER).mailbox();
        CyclicBarrier together = new CyclicBarrier(4);
        List<Future<Boolean>> presses = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 4; i++) {
                presses.add(
                        threads.submit(() -> {
                            together.await();
                            return timelines.tellAgain(nurse, message, daughter);
                        }));
            }
        }

        assertThat(presses)
                .extracting(Future::resultNow)
                .containsExactlyInAnyOrder(true, false, false, false);
    }

    @Test
    void whatIsSentOnceMoreWaitsForItsDestinationLikeTheNotice() throws Exception {
        awaitKinds(DAUGHTER, TimelineKind.ACCEPTED, TimelineKind.FAILED);
        timelines.tellAgain(system.signIn(NURSE), message, of(DAUGHTER).mailbox());
        worker.wake();
        awaitKinds(DAUGHTER, TimelineKind.ACCEPTED, TimelineKind.FAILED, TimelineKind.FAILED);

        assertThat(
                        site.mailSql()
                                .sql(
                                        """
                                        SELECT DISTINCT destination FROM job
                                         WHERE kind IN ('notice', 'notice-again') AND mailbox_id = :mailbox
                                        """)
                                .param("mailbox", of(DAUGHTER).mailbox().value())
                                .query(byte[].class)
                                .list())
                .singleElement()
                .isNotNull();
    }

    @Test
    void whileAMailServerPutsOffANoticeThereIsOneLineOfIt() throws Exception {
        awaitKinds(PATIENT, TimelineKind.ACCEPTED, TimelineKind.DEFERRED);
        Instant first = of(PATIENT).entries().getLast().at();
        site.clock().advance(Duration.ofMinutes(10));
        worker.wake();

        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> of(PATIENT).entries().getLast().at().isAfter(first));
        assertThat(of(PATIENT).entries())
                .extracting(TimelineEntry::kind)
                .containsExactly(TimelineKind.ACCEPTED, TimelineKind.DEFERRED);
    }

    private RecipientTimeline of(String address) throws Exception {
        Reader nurse = system.signIn(NURSE);
        MessageRow row =
                system.sent(nurse).stream()
                        .filter(sent -> sent.id().equals(message))
                        .findFirst()
                        .orElseThrow();
        return timelines.of(nurse, row).stream()
                .filter(line -> line.address().equals(address))
                .findFirst()
                .orElseThrow();
    }

    private void awaitKinds(String address, TimelineKind... kinds) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .untilAsserted(() ->
                        assertThat(of(address).entries())
                                .extracting(TimelineEntry::kind)
                                .containsExactly(kinds));
    }
}
