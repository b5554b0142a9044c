package org.postern.mail.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.postern.mail.TestSite.PATIENT;

import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
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
                        try {
                            goOn.await();
                        } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
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

    private List<MessageId> arrive(int count) throws Exception {
        List<MessageId> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(system.accept(site.envelope(), TestSite.plain("number " + i, "text")));
        }
        system.emptySpool();
        return all;
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
