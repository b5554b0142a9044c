package org.postern.mail.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.postern.mail.TestSite.PATIENT;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.db.MessageId;
import org.postern.db.Step;
import org.postern.mail.MailSystem;
import org.postern.mail.TestSite;
import org.postern.mail.reading.MessageRow;
import org.postern.notifications.job.Pace;

class DeliveryWorkerTest {

    @TempDir private Path folder;
    private TestSite site;
    private MailSystem system;

    @BeforeEach
    void start() {
        site = new TestSite(folder);
        system = site.start();
    }

    @Test
    void severalWorkersDeliverEachArrivalOnce() throws Exception {
        List<MessageId> all = arrive(40);
        try (DeliveryWorker one = system.worker();
                DeliveryWorker two = site.start().worker()) {
            one.start();
            two.start();
            await().until(() -> system.database().arrivals().waiting() == 0);
        }

        assertThat(system.inbox(system.signIn(PATIENT)))
                .extracting(MessageRow::id)
                .containsExactlyInAnyOrderElementsOf(all);
        assertThat(site.count("job")).isEqualTo(40);
    }

    @Test
    void aRowThatIsNoArrivalHoldsUpNobody() throws Exception {
        for (String damaged :
                List.of(
                        "header = '\\x00'",
                        "certificate = ''",
                        "spool_slot = '\\x0102'",
                        "spool_slot = NULL",
                        "sealed_envelope = ''")) {
            UUID id = arrive(1).getFirst().value();
            site.mailSql()
                    .sql("UPDATE arrival SET " + damaged + " WHERE spool_id = :id")
                    .param("id", id)
                    .update();
        }
        site.clock().advance(Duration.ofSeconds(1));
        List<MessageId> whole = arrive(3);
        try (DeliveryWorker worker = system.worker()) {
            worker.start();
            await().until(() -> system.database().arrivals().waiting() == 5);
        }

        assertThat(system.inbox(system.signIn(PATIENT)))
                .extracting(MessageRow::id)
                .containsExactlyInAnyOrderElementsOf(whole);
    }

    @Test
    void anObjectThatIsNotTheArrivalsHoldsUpNobody() throws Exception {
        List<MessageId> bad = arrive(5);
        byte[] other = Files.readAllBytes(site.blob(bad.get(4)));
        flip(site.blob(bad.get(0)), 10);
        flip(site.blob(bad.get(1)), other.length - 1);
        Files.write(
                site.blob(bad.get(2)), Arrays.copyOf(Files.readAllBytes(site.blob(bad.get(2))), 9));
        Files.delete(site.blob(bad.get(3)));
        Files.write(site.blob(bad.get(4)), Files.readAllBytes(site.blob(bad.get(1))));
        site.clock().advance(Duration.ofSeconds(1));
        List<MessageId> whole = arrive(3);
        try (DeliveryWorker worker = system.worker()) {
            worker.start();
            await().until(() -> system.database().arrivals().waiting() == 5 && retryable() == 5);

            assertThat(system.inbox(system.signIn(PATIENT)))
                    .extracting(MessageRow::id)
                    .containsExactlyInAnyOrderElementsOf(whole);
            assertThat(site.count("job")).isEqualTo(3);

            Files.write(site.blob(bad.get(4)), other);
            site.clock().advance(Duration.ofMinutes(1));
            worker.wake();
            await().until(() -> system.database().arrivals().waiting() == 4);
        }
        assertThat(system.inbox(system.signIn(PATIENT)))
                .as("accepted mail is never given up: what is mended is delivered")
                .extracting(MessageRow::id)
                .contains(bad.get(4))
                .hasSize(4);
    }

    @Test
    void anArrivalThatDoesNotOpenIsTriedAgainLaterAndLater() throws Exception {
        MessageId id = arrive(1).getFirst();
        site.mailSql()
                .sql(
                        "UPDATE arrival SET sealed_envelope = set_byte(sealed_envelope, 20, 255 -"
                                + " get_byte(sealed_envelope, 20))")
                .update();
        try (DeliveryWorker worker = system.worker()) {
            worker.start();
            for (int attempt = 1; attempt <= 3; attempt++) {
                int tried = attempt;
                await().until(() -> tried == attempts() && state().equals("retryable"));
                assertThat(delaySeconds()).isEqualTo(1L << attempt);
                site.clock().advance(Duration.ofSeconds(1L << attempt));
                worker.wake();
            }
        }
        assertThat(site.count("message")).isZero();
        assertThat(id).isNotNull();
    }

    @Test
    void whatIsUnderWayIsFinishedBeforeAWorkerCloses() throws Exception {
        CountDownLatch admitted = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicInteger claimed = new AtomicInteger();
        MailSystem slow =
                site.start(step -> {
                    if (step == Step.ARRIVAL_CLAIMED) {
                        claimed.incrementAndGet();
                    }
                    if (step == Step.ARRIVAL_ADMITTED) {
                        admitted.countDown();
                        awaitQuietly(goOn);
                    }
                });
        arrive(1);
        DeliveryWorker worker = slow.worker();
        worker.start();
        admitted.await();
        Thread closing = Thread.ofVirtual().start(worker::close);
        await().until(() ->
                closing.getState() == Thread.State.WAITING
                        || closing.getState() == Thread.State.TIMED_WAITING);
        arrive(1);

        goOn.countDown();
        closing.join();

        assertThat(claimed).hasValue(1);
        assertThat(site.count("message")).isEqualTo(1);
        assertThat(system.claim()).as("not left to a lease").hasSize(1);
    }

    @Test
    void aSlowDeliveryIsNeverTakenByAnotherWorker() throws Exception {
        Pace pace =
                new Pace(
                        8,
                        Duration.ofMillis(300),
                        Duration.ofMinutes(20),
                        Duration.ofMillis(20),
                        Duration.ofSeconds(10));
        CountDownLatch admitted = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicInteger claimedByOther = new AtomicInteger();
        MailSystem slow =
                site.start(step -> {
                    if (step == Step.ARRIVAL_ADMITTED) {
                        admitted.countDown();
                        awaitQuietly(goOn);
                    }
                });
        MailSystem other =
                site.start(step -> {
                    if (step == Step.ARRIVAL_CLAIMED) {
                        claimedByOther.incrementAndGet();
                    }
                });
        List<MessageId> all = arrive(1);
        try (DeliveryWorker one = worker(slow, pace);
                DeliveryWorker two = worker(other, pace)) {
            one.start();
            admitted.await();
            two.start();
            for (int i = 0; i < 6; i++) {
                site.clock().advance(Duration.ofMillis(200));
                await().until(() -> leaseEnd().equals(site.clock().instant().plus(pace.lease())));
                assertThat(system.claim()).as("half of a lease after %s renewals", i).isEmpty();
                two.wake();
            }
            goOn.countDown();
            await().until(() -> system.database().arrivals().waiting() == 0);
        }

        assertThat(claimedByOther).hasValue(0);
        assertThat(attempts()).isEqualTo(1);
        assertThat(system.inbox(system.signIn(PATIENT)))
                .extracting(MessageRow::id)
                .containsExactlyElementsOf(all);
        assertThat(site.count("job")).isEqualTo(1);
    }

    @Test
    void aDeliveryWhoseArrivalWasTakenOverIsInterruptedAndChangesNothing() throws Exception {
        CountDownLatch admitted = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        MailSystem stuck =
                site.start(step -> {
                    if (step == Step.ARRIVAL_ADMITTED) {
                        admitted.countDown();
                        try {
                            new CountDownLatch(1).await();
                        } catch (InterruptedException e) {
                            interrupted.countDown();
                            throw new IllegalStateException(e);
                        }
                    }
                });
        Pace pace =
                new Pace(
                        8,
                        Duration.ofMillis(300),
                        Duration.ofMinutes(20),
                        Duration.ofMillis(20),
                        Duration.ofSeconds(10));
        MessageId id = arrive(1).getFirst();
        try (DeliveryWorker one = worker(stuck, pace)) {
            one.start();
            admitted.await();
            site.mailSql().sql("UPDATE arrival SET attempt = attempt + 1").update();
            interrupted.await();
        }

        assertThat(state()).as("not given back by whom it was taken from").isEqualTo("running");
        assertThat(site.count("message")).isZero();
        site.clock().advance(MailSystem.LEASE);
        system.deliver();
        assertThat(system.read(system.signIn(PATIENT), id)).isNotEmpty();
    }

    @Test
    void anArrivalWhoseDeliveryDoesNotFinishIsDueAgainWhenItsWorkerCloses() throws Exception {
        CountDownLatch admitted = new CountDownLatch(1);
        MailSystem stuck =
                site.start(step -> {
                    if (step == Step.ARRIVAL_ADMITTED) {
                        admitted.countDown();
                        awaitQuietly(new CountDownLatch(1));
                    }
                });
        Pace hurried =
                new Pace(
                        8,
                        MailSystem.LEASE,
                        Duration.ofMinutes(20),
                        Duration.ofMillis(20),
                        Duration.ofMillis(200));
        MessageId id = arrive(1).getFirst();
        DeliveryWorker worker = worker(stuck, hurried);
        worker.start();
        admitted.await();

        worker.close();

        assertThat(state()).isEqualTo("retryable");
        assertThat(leaseEnd()).isEqualTo(site.clock().instant());
        system.deliver();
        assertThat(system.read(system.signIn(PATIENT), id)).isNotEmpty();
    }

    @Test
    void aWorkerThatWasNeverStartedCloses() {
        system.worker().close();
    }

    private DeliveryWorker worker(MailSystem of, Pace pace) {
        return new DeliveryWorker(
                of.delivery(),
                of.database().arrivals(),
                () -> {},
                () -> false,
                pace,
                site.clock(),
                of.steps());
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private Instant leaseEnd() {
        return site.mailSql()
                .sql("SELECT run_at FROM arrival")
                .query(OffsetDateTime.class)
                .single()
                .toInstant();
    }

    private List<MessageId> arrive(int count) throws Exception {
        List<MessageId> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(system.accept(site.envelope(), TestSite.plain("number " + i, "text")));
        }
        system.emptySpool();
        return all;
    }

    private int retryable() {
        return site.mailSql()
                .sql("SELECT count(*) FROM arrival WHERE state = 'retryable'")
                .query(Integer.class)
                .single();
    }

    private static void flip(Path file, int place) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[place] ^= 1;
        Files.write(file, bytes);
    }

    private int attempts() {
        return site.mailSql().sql("SELECT attempt FROM arrival").query(Integer.class).single();
    }

    private String state() {
        return site.mailSql()
                .sql("SELECT state FROM arrival")
                .query((row, _) -> row.getString(1))
                .single();
    }

    private long delaySeconds() {
        return site.mailSql()
                .sql("SELECT extract(epoch FROM run_at - :now)::bigint FROM arrival")
                .param("now", site.clock().instant().atOffset(ZoneOffset.UTC))
                .query(Long.class)
                .single();
    }
}
