package org.postern.mail.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.postern.mail.TestSite.DAUGHTER;
import static org.postern.mail.TestSite.NURSE;
import static org.postern.mail.TestSite.PATIENT;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.postern.db.Envelope;
import org.postern.db.MailboxId;
import org.postern.db.MessageId;
import org.postern.db.Step;
import org.postern.db.store.Arrival;
import org.postern.db.store.Job;
import org.postern.mail.AtOnce;
import org.postern.mail.MailSystem;
import org.postern.mail.TestSite;
import org.postern.mail.reading.Folder;
import org.postern.mail.reading.MessageRow;
import org.postern.mail.reading.Reader;

/// A client that lost our 250 hands the same message in again (RFC 1047).
class DuplicatesTest {

    @TempDir private Path folder;
    private TestSite site;
    private MailSystem system;

    @BeforeEach
    void start() {
        site = new TestSite(folder);
        system = site.start();
    }

    @Test
    void aDuplicateIsKeptAndNeitherToldNorShownASecondTime() throws Exception {
        MessageId first = system.bring(site.envelope(), mail("Received: from a; today"));
        site.clock().advance(Duration.ofMinutes(10));
        MessageId again = system.bring(site.envelope(), mail("Received: from a; later"));

        assertThat(site.count("message")).isEqualTo(2);
        assertThat(notices()).extracting(Job::subject).containsExactly(first.value());
        assertThat(reasons()).containsExactly("discarded duplicate " + again, "running " + first);
        Reader patient = system.signIn(PATIENT);
        assertThat(system.inbox(patient)).extracting(MessageRow::id).containsExactly(first);
        assertThat(system.folders().thread(patient, system.inbox(patient).getFirst().thread()))
                .extracting(MessageRow::id)
                .containsExactly(first);
        assertThat(system.sent(system.signIn(NURSE)))
                .extracting(MessageRow::id)
                .containsExactly(first);
        assertThat(system.read(patient, first)).isEqualTo(mail("Received: from a; today"));
        assertThat(system.folders().page(patient, Folder.INBOX, Optional.empty()).unopened())
                .isZero();
        assertThat(system.read(patient, again))
                .as("it is not lost")
                .isEqualTo(mail("Received: from a; later"));
    }

    @Test
    void ofDuplicatesDeliveredAtOnceEachRecipientIsToldOfOne() throws Exception {
        int times = 4;
        CountDownLatch admitted = new CountDownLatch(times);
        MailSystem together =
                site.start(step -> {
                    if (step == Step.ARRIVAL_ADMITTED) {
                        admitted.countDown();
                        awaitQuietly(admitted);
                    }
                });
        for (int i = 0; i < times; i++) {
            Envelope envelope =
                    i % 2 == 0
                            ? site.envelope(PATIENT, DAUGHTER)
                            : site.envelope(DAUGHTER, PATIENT);
            system.accept(envelope, mail("Received: from a; " + i));
        }
        system.emptySpool();
        List<Arrival> arrivals = system.claim();

        AtOnce.run(times, i -> () -> together.delivery().deliver(arrivals.get(i)));

        assertThat(site.count("message")).isEqualTo(times);
        List<Job> notices = notices();
        assertThat(notices).hasSize(2).extracting(Job::subject).containsOnly(subject(notices));
        assertThat(notices).extracting(Job::mailbox).doesNotHaveDuplicates();
        assertThat(site.count("job")).as("or it is recorded why not").isEqualTo(2 * times);
        for (String recipient : List.of(PATIENT, DAUGHTER)) {
            assertThat(system.inbox(system.signIn(recipient)))
                    .extracting(MessageRow::id)
                    .containsExactly(new MessageId(subject(notices)));
        }
    }

    static Stream<Arguments> whatDiffers() {
        return Stream.of(
                Arguments.of("text", List.of(PATIENT), mail("X: 1", "<a@example.com>", "other")),
                Arguments.of("field", List.of(PATIENT), mail("X: 2", "<a@example.com>", "text")),
                Arguments.of("msg-id", List.of(PATIENT), mail("X: 1", "<b@example.com>", "text")),
                Arguments.of(
                        "recipients",
                        List.of(PATIENT, DAUGHTER),
                        mail("X: 1", "<a@example.com>", "text")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("whatDiffers")
    void whatDiffersInAnythingElseIsAMessageOfItsOwn(
            String what, List<String> recipients, byte[] other) throws Exception {
        system.bring(site.envelope(), mail("X: 1", "<a@example.com>", "text"));
        system.bring(site.envelope(recipients.toArray(String[]::new)), other);

        assertThat(system.inbox(system.signIn(PATIENT))).as(what).hasSize(2);
        assertThat(notices()).hasSize(1 + recipients.size());
    }

    @Test
    void anotherReversePathIsAnotherMessage() throws Exception {
        system.bring(site.envelope(), mail("X: 1"));
        system.bring(site.envelope(site.tenant(), Optional.empty(), PATIENT), mail("X: 1"));
        system.bring(site.envelope(site.tenant(), Optional.empty(), PATIENT), mail("X: 1"));

        assertThat(system.inbox(system.signIn(PATIENT))).hasSize(2);
        assertThat(notices()).hasSize(2);
    }

    @Test
    void theSameMailOfAnotherTenantIsNoDuplicate() throws Exception {
        var other = site.addTenant("Other", "other.example", "example.net", "in.other.example");
        system.bring(site.envelope(), mail("X: 1"));
        system.bring(site.envelope(other, Optional.of(NURSE), PATIENT), mail("X: 1"));

        assertThat(notices()).hasSize(2);
    }

    @Test
    void twoAlikeWithoutAMessageIdMayBothBeMeant() throws Exception {
        system.bring(site.envelope(), TestSite.plain("alike", "text"));
        system.bring(site.envelope(), TestSite.plain("alike", "text"));

        assertThat(system.inbox(system.signIn(PATIENT))).hasSize(2);
        assertThat(system.sent(system.signIn(NURSE))).hasSize(2);
        assertThat(notices()).hasSize(2);
    }

    @Test
    void afterThreeDaysItIsTakenForMeantAndToldAgain() throws Exception {
        MessageId first = system.bring(site.envelope(), mail("X: 1"));
        site.clock().advance(Notices.WINDOW);
        system.bring(site.envelope(), mail("X: 1"));
        site.clock().advance(Duration.ofMillis(1));
        MessageId late = system.bring(site.envelope(), mail("X: 1"));
        site.clock().advance(Notices.WINDOW);
        system.bring(site.envelope(), mail("X: 1"));

        assertThat(notices())
                .extracting(Job::subject)
                .containsExactlyInAnyOrder(first.value(), late.value());
        assertThat(system.inbox(system.signIn(PATIENT)))
                .extracting(MessageRow::id)
                .containsExactly(late, first);
        assertThat(system.sent(system.signIn(NURSE))).as("in Sent it is one").hasSize(1);
    }

    @Test
    void whoseNoticeFailedForGoodIsToldAgain() throws Exception {
        MessageId first = system.bring(site.envelope(PATIENT, DAUGHTER), mail("X: 1"));
        MailboxId patient = system.signIn(PATIENT).mailbox();
        for (Job job : notices()) {
            if (job.mailbox().orElseThrow().equals(patient)) {
                system.database().jobs().discard(job, "refused", site.clock().instant());
            } else {
                system.database().jobs().complete(job, site.clock().instant());
            }
        }

        MessageId again = system.bring(site.envelope(PATIENT, DAUGHTER), mail("X: 1"));

        assertThat(notices())
                .singleElement()
                .satisfies(job -> {
                    assertThat(job.subject()).isEqualTo(again.value());
                    assertThat(job.mailbox()).contains(patient);
                });
        assertThat(system.inbox(system.signIn(PATIENT)))
                .as("what is told has a row")
                .extracting(MessageRow::id)
                .containsExactlyInAnyOrder(first, again);
        assertThat(system.inbox(system.signIn(DAUGHTER)))
                .extracting(MessageRow::id)
                .containsExactly(first);
    }

    @Test
    void aFirstThatReachedNobodyHidesNothing() throws Exception {
        MessageId first = system.accept(site.envelope(), mail("X: 1"));
        system.emptySpool();
        MailSystem dies =
                site.start(step -> {
                    if (step == Step.ARRIVAL_ADMITTED) {
                        throw new IllegalStateException("dies here");
                    }
                });
        Arrival arrival = system.claim().getFirst();
        assertThatThrownBy(() -> dies.delivery().deliver(arrival))
                .isInstanceOf(IllegalStateException.class);
        system.keys().service().destroy(site.tenant(), first, Set.of());
        site.clock().advance(MailSystem.LEASE);
        system.deliver();

        MessageId again = system.bring(site.envelope(), mail("X: 1"));

        assertThat(notices()).extracting(Job::subject).containsExactly(again.value());
        assertThat(system.inbox(system.signIn(PATIENT)))
                .extracting(MessageRow::id)
                .containsExactly(again);
    }

    @Test
    void aDuplicateDoesNotBringBackAFirstThatWasShredded() throws Exception {
        MessageId first = system.bring(site.envelope(), mail("X: 1"));
        system.bring(site.envelope(), mail("X: 1"));
        system.keys().service().destroy(site.tenant(), first, Set.of());
        system.bring(site.envelope(), mail("X: 1"));

        assertThat(system.inbox(system.signIn(PATIENT))).isEmpty();
        assertThat(notices())
                .filteredOn(job -> job.kind().equals(Delivery.NOTICE))
                .extracting(Job::subject)
                .containsExactly(first.value());
        assertThat(system.sent(system.signIn(NURSE)))
                .as("the author sees that it is still here")
                .hasSize(1);
    }

    private List<Job> notices() {
        return system.database().jobs().claim(100, site.clock().instant(), MailSystem.LEASE);
    }

    private static UUID subject(List<Job> notices) {
        return notices.getFirst().subject();
    }

    private List<String> reasons() {
        return site.mailSql()
                .sql("SELECT concat_ws(' ', state, reason, subject_id) FROM job ORDER BY state")
                .query((row, _) -> row.getString(1))
                .list();
    }

    private static byte[] mail(String field) {
        return mail(field, "<a@example.com>", "text");
    }

    private static byte[] mail(String field, String msgId, String text) {
        return TestSite.lines(
                field,
                "From: Nurse Joy <" + NURSE + ">",
                "To: " + PATIENT,
                "Message-ID: " + msgId,
                "Subject: Results",
                "",
                text);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
