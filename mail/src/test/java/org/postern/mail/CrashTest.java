package org.postern.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.postern.mail.TestSite.PATIENT;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postern.db.MessageId;
import org.postern.db.Step;
import org.postern.db.Steps;
import org.postern.db.store.Arrival;
import org.postern.mail.delivery.DeliveryWorker;
import org.postern.mail.reading.MessageRow;
import org.postern.mail.spool.HandOver;
import org.postern.mail.spool.Incoming;

/// A process dies at each named step, and another starts on what it left (promise P1). The same
/// with a real `kill -9` is in `e2e`.
class CrashTest {

    private static final byte[] CONTENT = TestSite.plain("survives", "text");

    @TempDir private Path folder;
    private TestSite site;

    @BeforeEach
    void build() {
        site = new TestSite(folder);
    }

    @ParameterizedTest
    @EnumSource(
            names = {
                "SPOOL_FILE_WRITTEN",
                "SPOOL_FILE_FORCED",
                "SPOOL_ENTRY_RENAMED",
                "SPOOL_DIRECTORY_FORCED"
            })
    void aMessageThatWasNotAnsweredIsWholeOrNotThere(Step step) throws Exception {
        Dying dying = new Dying(step);
        Incoming incoming = site.start(dying).spool().begin(site.envelope());
        incoming.write(CONTENT);
        assertThatThrownBy(incoming::accept).isInstanceOf(Death.class);

        MailSystem next = site.start();
        boolean renamed = step.compareTo(Step.SPOOL_ENTRY_RENAMED) >= 0;
        assertThat(next.spool().waiting()).isEqualTo(renamed ? 1 : 0);
        assertThat(next.entries()).as("no half remains").hasSize(renamed ? 1 : 0);
        MessageId later = next.accept(site.envelope(), CONTENT);
        next.emptySpool();
        next.deliver();

        assertThat(next.inbox(next.signIn(PATIENT)))
                .hasSize(renamed ? 2 : 1)
                .extracting(MessageRow::id)
                .contains(later);
    }

    @ParameterizedTest
    @EnumSource(
            names = {"BLOB_PUT", "ARRIVAL_INSERTED", "ARRIVAL_COMMITTED", "SPOOL_ENTRY_DELETED"})
    void aMessageIsReadableOnceWhenHandOverDies(Step step) throws Exception {
        Dying dying = new Dying(step);
        MailSystem first = site.start(dying);
        MessageId id = first.accept(site.envelope(), CONTENT);
        HandOver handOver = first.handOver();
        handOver.start();
        dying.died.await();
        handOver.close();

        MailSystem next = site.start();
        next.emptySpool();
        next.deliver();

        assertReadableOnce(next, id);
    }

    @ParameterizedTest
    @EnumSource(
            names = {
                "ARRIVAL_CLAIMED",
                "ARRIVAL_ADMITTED",
                "MESSAGE_INSERTED",
                "MESSAGE_DELIVERED"
            })
    void aMessageIsReadableOnceWhenTheWorkerDies(Step step) throws Exception {
        Dying dying = new Dying(step);
        MailSystem first = site.start(dying);
        MessageId id = first.accept(site.envelope(), CONTENT);
        first.emptySpool();
        try (DeliveryWorker worker = first.worker()) {
            worker.start();
            dying.died.await();
        }

        MailSystem next = site.start();
        assertThat(next.claim()).as("leased").isEmpty();
        site.clock().advance(MailSystem.LEASE);
        next.deliver();

        assertReadableOnce(next, id);
    }

    @ParameterizedTest
    @EnumSource(
            names = {
                "ARRIVAL_CLAIMED",
                "ARRIVAL_ADMITTED",
                "MESSAGE_INSERTED",
                "MESSAGE_DELIVERED"
            })
    void aMessageIsReadableOnceWhenTwoWorkersDieOneAfterTheOther(Step step) throws Exception {
        MailSystem intake = site.start();
        MessageId id = intake.accept(site.envelope(), CONTENT);
        intake.emptySpool();
        for (Step death : new Step[] {step, Step.MESSAGE_INSERTED}) {
            Dying dying = new Dying(death);
            MailSystem dies = site.start(dying);
            for (Arrival arrival : dies.claim()) {
                if (death != Step.ARRIVAL_CLAIMED) {
                    assertThatThrownBy(() -> dies.delivery().deliver(arrival))
                            .isInstanceOf(Death.class);
                }
            }
            site.clock().advance(MailSystem.LEASE);
        }

        MailSystem next = site.start();
        next.deliver();

        assertReadableOnce(next, id);
    }

    @Test
    void everyStepBeforeTheNoticeIsOneOfThese() {
        assertThat(EnumSet.range(Step.SPOOL_FILE_WRITTEN, Step.MESSAGE_DELIVERED))
                .containsExactlyInAnyOrderElementsOf(stepsOfTheseTests());
    }

    private static List<Step> stepsOfTheseTests() {
        return Arrays.stream(CrashTest.class.getDeclaredMethods())
                .map(method -> method.getAnnotation(EnumSource.class))
                .filter(Objects::nonNull)
                .flatMap(steps -> Arrays.stream(steps.names()))
                .map(Step::valueOf)
                .distinct()
                .toList();
    }

    private void assertReadableOnce(MailSystem system, MessageId id) throws Exception {
        assertThat(system.inbox(system.signIn(PATIENT)))
                .extracting(MessageRow::id)
                .containsExactly(id);
        assertThat(system.read(system.signIn(PATIENT), id)).isEqualTo(CONTENT);
        assertThat(site.count("arrival")).isEqualTo(1);
        assertThat(site.count("job")).as("notices").isEqualTo(1);
        assertThat(system.entries()).isEmpty();
    }

    /// Dies once, at one step.
    private static final class Dying implements Steps {

        private final Step at;
        private final CountDownLatch died = new CountDownLatch(1);

        Dying(Step at) {
            this.at = at;
        }

        @Override
        public void reached(Step step) {
            if (step == at) {
                died.countDown();
                throw new Death(step);
            }
        }
    }

    /// An error, so that nothing catches it as it would an exception.
    private static final class Death extends Error {

        private static final long serialVersionUID = 1L;

        Death(Step step) {
            super("died at " + step, null, false, false);
        }
    }
}
