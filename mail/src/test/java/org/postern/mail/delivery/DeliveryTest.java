package org.postern.mail.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.postern.mail.TestSite.DAUGHTER;
import static org.postern.mail.TestSite.NURSE;
import static org.postern.mail.TestSite.PATIENT;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.postern.db.MessageId;
import org.postern.db.Step;
import org.postern.db.Steps;
import org.postern.db.store.Arrival;
import org.postern.db.store.Job;
import org.postern.mail.AtOnce;
import org.postern.mail.MailSystem;
import org.postern.mail.TestSite;
import org.postern.mail.reading.MessageRow;
import org.springframework.dao.DuplicateKeyException;

class DeliveryTest {

    @TempDir private Path folder;
    private TestSite site;
    private MailSystem system;

    @BeforeEach
    void start() {
        site = new TestSite(folder);
        system = site.start();
    }

    @Test
    void eachRecipientHasTheMessageAndOneNotice() throws Exception {
        MessageId id =
                system.bring(
                        site.envelope(PATIENT, DAUGHTER),
                        TestSite.plain("[secure] Results", "Good news."));

        for (String recipient : List.of(PATIENT, DAUGHTER)) {
            assertThat(system.inbox(system.signIn(recipient)))
                    .extracting(
                            MessageRow::id,
                            MessageRow::author,
                            MessageRow::authorAddress,
                            MessageRow::preview,
                            MessageRow::unopened,
                            MessageRow::sent)
                    .containsExactly(tuple(id, "Nurse Joy", NURSE, "Good news.", true, false));
            assertThat(system.sent(system.signIn(recipient))).isEmpty();
        }
        assertThat(system.database().jobs().claim(10, site.clock().instant(), MailSystem.LEASE))
                .hasSize(2)
                .allSatisfy(job -> {
                    assertThat(job.kind()).isEqualTo(Delivery.NOTICE);
                    assertThat(job.subject()).isEqualTo(id.value());
                })
                .extracting(Job::mailbox)
                .doesNotHaveDuplicates();
    }

    @Test
    void theSenderHasItInSentAndNoNotice() throws Exception {
        MessageId id = system.bring(site.envelope(), TestSite.plain("Results", "Good news."));

        assertThat(system.sent(system.signIn(NURSE)))
                .extracting(MessageRow::id, MessageRow::sent, MessageRow::unopened)
                .containsExactly(tuple(id, true, false));
        assertThat(system.inbox(system.signIn(NURSE))).isEmpty();
        assertThat(site.count("job")).isEqualTo(1);
    }

    @Test
    void whoWritesToHimselfHasItInBoth() throws Exception {
        system.bring(site.envelope(NURSE), TestSite.plain("note", "to self"));

        assertThat(system.inbox(system.signIn(NURSE))).hasSize(1);
        assertThat(system.sent(system.signIn(NURSE))).hasSize(1);
        assertThat(site.count("slot")).isEqualTo(1);
        assertThat(site.count("job")).isEqualTo(1);
    }

    @Test
    void mailFromNobodyIsInNobodysSent() throws Exception {
        system.bring(
                site.envelope(site.tenant(), Optional.empty(), PATIENT),
                TestSite.plain("bounce", "undelivered"));

        assertThat(site.count("slot")).isEqualTo(1);
        assertThat(system.inbox(system.signIn(PATIENT))).hasSize(1);
    }

    @Test
    void deliveringAgainChangesNothing() throws Exception {
        system.accept(site.envelope(), TestSite.plain("once", "only"));
        system.emptySpool();
        Arrival arrival = system.claim().getFirst();
        assertThat(system.delivery().deliver(arrival)).isTrue();
        List<String> before = site.rows();

        assertThat(system.delivery().deliver(arrival)).isFalse();

        assertThat(site.rows()).isEqualTo(before);
        site.clock().advance(MailSystem.LEASE);
        assertThat(system.claim()).isEmpty();
    }

    @Test
    void anArrivalPutBackAfterItsDeliveryIsNotDeliveredAgain() throws Exception {
        MessageId id = system.accept(site.envelope(), TestSite.plain("once", "only"));
        system.emptySpool();
        Arrival arrival = system.claim().getFirst();
        assertThat(system.delivery().deliver(arrival)).isTrue();
        site.mailSql()
                .sql(
                        """
                        UPDATE arrival SET state = 'retryable', spool_slot = :slot, sealed_envelope = :envelope
                        """)
                .param("slot", arrival.spoolSlot().toBytes())
                .param("envelope", arrival.sealedEnvelope().toBytes())
                .update();
        site.clock().advance(MailSystem.LEASE);
        Arrival again = system.claim().getFirst();
        List<String> before = site.rows();

        assertThatThrownBy(() -> system.delivery().deliver(again))
                .isInstanceOf(DuplicateKeyException.class);

        assertThat(site.rows()).isEqualTo(before);
        assertDeliveredOnce(id);
    }

    @Test
    void ofTwoWorkersWithOneArrivalTheLaterClaimDelivers() throws Exception {
        CountDownLatch bothAdmitted = new CountDownLatch(2);
        Steps together =
                step -> {
                    if (step == Step.ARRIVAL_ADMITTED) {
                        bothAdmitted.countDown();
                        awaitQuietly(bothAdmitted);
                    }
                };
        MailSystem one = site.start(together);
        MailSystem two = site.start(together);
        MessageId id = system.accept(site.envelope(), TestSite.plain("race", "text"));
        system.emptySpool();
        Arrival first = one.claim().getFirst();
        site.clock().advance(MailSystem.LEASE);
        Arrival second = two.claim().getFirst();

        List<Boolean> delivered =
                AtOnce.run(
                        2,
                        i ->
                                () ->
                                        i == 0
                                                ? one.delivery().deliver(first)
                                                : two.delivery().deliver(second));

        assertThat(delivered).containsExactly(false, true);
        assertDeliveredOnce(id);
    }

    @Test
    void aWorkerThatWakesAfterItsLeaseChangesNothing() throws Exception {
        CountDownLatch admitted = new CountDownLatch(1);
        CountDownLatch delivered = new CountDownLatch(1);
        MailSystem zombie =
                site.start(step -> {
                    if (step == Step.ARRIVAL_ADMITTED) {
                        admitted.countDown();
                        awaitQuietly(delivered);
                    }
                });
        MessageId id = system.accept(site.envelope(), TestSite.plain("late", "text"));
        system.emptySpool();
        Arrival stale = zombie.claim().getFirst();
        try (ExecutorService thread = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Boolean> late = thread.submit(() -> zombie.delivery().deliver(stale));
            admitted.await();
            site.clock().advance(MailSystem.LEASE);
            system.deliver();
            List<String> before = site.rows();

            delivered.countDown();

            assertThat(late.get()).isFalse();
            assertThat(site.rows()).isEqualTo(before);
        }
        assertDeliveredOnce(id);
    }

    @Test
    void aReplyIsInTheThreadOfWhatItAnswersWhicheverComesFirst() throws Exception {
        byte[] question = withIds("<q@example.com>", "");
        byte[] answer = withIds("<a@example.com>", "In-Reply-To: <q@example.com>");
        byte[] third = withIds("<t@example.com>", "References: <q@example.com> <a@example.com>");
        system.bring(site.envelope(), answer);
        site.clock().advance(Duration.ofSeconds(1));
        system.bring(site.envelope(), question);
        system.bring(site.envelope(), third);
        system.bring(site.envelope(), withIds("<other@example.com>", ""));

        List<MessageRow> inbox = system.inbox(system.signIn(PATIENT));

        assertThat(inbox).hasSize(4);
        assertThat(inbox.stream().map(MessageRow::thread).distinct()).hasSize(2);
        assertThat(system.folders().thread(system.signIn(PATIENT), inbox.getLast().thread()))
                .as("all but the other")
                .hasSize(3);
    }

    @Test
    void messagesOfOneThreadDeliveredAtOnceAreOneThread() throws Exception {
        for (int i = 0; i < 6; i++) {
            system.accept(
                    site.envelope(),
                    withIds("<m" + i + "@example.com>", "In-Reply-To: <q@example.com>"));
        }
        system.emptySpool();
        List<Arrival> arrivals = system.claim();

        AtOnce.run(arrivals.size(), i -> () -> system.delivery().deliver(arrivals.get(i)));

        assertThat(site.count("message")).isEqualTo(6);
        assertThat(site.count("thread")).isEqualTo(1);
    }

    @Test
    void threadsOfTwoTenantsNeverMeet() throws Exception {
        var other = site.addTenant("Other", "other.example", "example.net", "in.other.example");
        system.bring(site.envelope(), withIds("<q@example.com>", ""));
        system.bring(
                site.envelope(other, Optional.of(NURSE), PATIENT),
                withIds("<a@example.com>", "In-Reply-To: <q@example.com>"));

        assertThat(site.count("thread")).isEqualTo(2);
    }

    @Test
    void anArrivalWhoseObjectIsAwayIsNotDelivered() throws Exception {
        MessageId id = system.accept(site.envelope(), TestSite.plain("gone", "text"));
        system.emptySpool();
        site.blobs().delete(site.tenant(), id);
        Arrival arrival = system.claim().getFirst();

        assertThatThrownBy(() -> system.delivery().deliver(arrival))
                .isInstanceOf(IOException.class);
        assertThat(site.count("message")).isZero();
        assertThat(
                        site.ledgerSql()
                                .sql("SELECT count(*) FROM admission")
                                .query(Integer.class)
                                .single())
                .isZero();
    }

    @Test
    void aMessageRecalledBeforeItsDeliveryIsDeliveredToNobody() throws Exception {
        MessageId id = system.accept(site.envelope(), TestSite.plain("recalled", "text"));
        system.emptySpool();
        Arrival first = system.claim().getFirst();
        MailSystem dies =
                site.start(step -> {
                    if (step == Step.ARRIVAL_ADMITTED) {
                        throw new IllegalStateException("dies here");
                    }
                });
        assertThatThrownBy(() -> dies.delivery().deliver(first))
                .isInstanceOf(IllegalStateException.class);
        system.keys().service().destroy(site.tenant(), id, Set.of());
        site.clock().advance(MailSystem.LEASE);

        system.deliver();

        assertThat(site.count("slot")).isZero();
        assertThat(site.count("job")).isZero();
    }

    static List<byte[]> oddContents() {
        String emoji = "\uD83D\uDE00";
        return List.of(
                new byte[0],
                new byte[] {0},
                "\r\n".getBytes(UTF_8),
                "no header section at all".getBytes(UTF_8),
                "Subject: only a header".getBytes(UTF_8),
                // cut in the middle of a surrogate pair
                TestSite.plain("x", "x".repeat(138) + emoji.repeat(10)),
                TestSite.plain("=?utf-8?Q?" + "x".repeat(498) + "=F0=9F=98=80?=", "text"),
                TestSite.plain("=?utf-16?B?2AA=?=", "text"),
                TestSite.lines(
                        "Subject: a", "Content-Type: text/plain; charset=utf-16", "", "\uD83D"),
                TestSite.lines(
                        "Subject: a", "Content-Type: text/plain; charset=no-such", "", "text"),
                TestSite.lines("From: " + "<".repeat(5_000), "To: " + "@,".repeat(20_000), "", ""),
                TestSite.lines("X: " + "y".repeat(2 << 20), "", "beyond every header limit"),
                TestSite.lines(
                        "Message-ID: " + "<".repeat(10_000),
                        "References: " + "<a@b> ".repeat(5_000),
                        "",
                        ""),
                ("Content-Type: multipart/mixed; boundary=b\r\n\r\n" + "--b\r\n".repeat(30_000))
                        .getBytes(UTF_8),
                "Subject: \u0000\u0001 \u202E\r\n\r\n\u0000".getBytes(UTF_8));
    }

    @ParameterizedTest(name = "{index}")
    @MethodSource("oddContents")
    void noContentStopsAMessageFromBeingDelivered(byte[] content) throws Exception {
        MessageId id = system.bring(site.envelope(), content);

        assertThat(system.inbox(system.signIn(PATIENT)))
                .singleElement()
                .satisfies(row -> {
                    assertThat(row.id()).isEqualTo(id);
                    assertThat(UTF_8.newEncoder().canEncode(row.subject() + row.preview()))
                            .isTrue();
                });
        assertThat(system.read(system.signIn(PATIENT), id)).isEqualTo(content);
    }

    private void assertDeliveredOnce(MessageId id) throws Exception {
        assertThat(system.inbox(system.signIn(PATIENT)))
                .extracting(MessageRow::id)
                .containsExactly(id);
        assertThat(site.count("job")).isEqualTo(1);
    }

    private static byte[] withIds(String messageId, String field) {
        return TestSite.lines(
                "From: " + NURSE,
                "Message-ID: " + messageId,
                field.isEmpty() ? "X-Nothing: here" : field,
                "",
                "text");
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
