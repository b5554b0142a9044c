package org.postern.mail.shredding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.postern.mail.TestSite.DAUGHTER;
import static org.postern.mail.TestSite.NURSE;
import static org.postern.mail.TestSite.PATIENT;
import static org.postern.mail.TestSite.address;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.db.MailboxId;
import org.postern.db.MessageId;
import org.postern.db.ReadingTerms;
import org.postern.db.TenantId;
import org.postern.db.store.Arrival;
import org.postern.db.store.Job;
import org.postern.keys.NotSignedInException;
import org.postern.mail.Backup;
import org.postern.mail.MailSystem;
import org.postern.mail.TestSite;
import org.postern.mail.delivery.Delivery;
import org.postern.mail.reading.MessageRow;
import org.postern.mail.reading.Reader;
import org.springframework.dao.DataAccessException;

/// What was taken away stays away, whatever is put back (promise P8).
class ShreddingTest {

    @TempDir private Path folder;
    private TestSite site;
    private MailSystem system;

    @BeforeEach
    void start() {
        site = new TestSite(folder);
        system = site.start();
    }

    @Test
    void lastMonthsMailDatabaseBesideTodaysLedgerOpensTheRestAlone() throws Exception {
        Shredded shredded = new Shredded();
        Backup lastMonth = Backup.of(site.mailSql());
        site.clock().advance(Duration.ofDays(30));
        shredded.shred();

        lastMonth.restore();

        shredded.opensTheRestAlone(site.start());
    }

    @Test
    void aRestoredLedgerRepeatsWhatWasDeletedSinceBeforeItOpensAnything() throws Exception {
        Shredded shredded = new Shredded();
        Backup before = Backup.of(site.ledgerSql());
        site.clock().advance(Duration.ofDays(2));
        shredded.shred();

        before.restore();

        shredded.opensTheRestAlone(site.start());
        assertThat(
                        site.ledgerSql()
                                .sql("SELECT count(*) FROM mailbox WHERE mailbox_id = :erased")
                                .param("erased", shredded.daughter.value())
                                .query(Integer.class)
                                .single())
                .isZero();
        assertThat(
                        site.ledgerSql()
                                .sql("SELECT count(*) FROM tenant_key WHERE tenant_id = :ended")
                                .param("ended", shredded.ended.value())
                                .query(Integer.class)
                                .single())
                .isZero();
    }

    @Test
    void aRestoredLedgerDoesNotGiveBackAMessageThatWasReadOnce() throws Exception {
        Instant now = site.clock().instant();
        MessageId message =
                system.bring(
                        TestSite.on(
                                new ReadingTerms(
                                        now.plus(Duration.ofDays(90)),
                                        now.plus(Duration.ofDays(90)),
                                        true,
                                        false),
                                site.envelope()),
                        TestSite.plain("once", "text"));
        Backup before = Backup.of(site.ledgerSql());
        system.read(system.signIn(PATIENT), message);
        site.clock().advance(ReadingTerms.READ_ONCE_TIME);

        before.restore();

        refused(site.start(), PATIENT, message);
    }

    @Test
    void aDeletionThatSomebodyWroteIntoTheMailDatabaseDestroysNothing() throws Exception {
        MessageId message = system.bring(site.envelope(), TestSite.plain("kept", "text"));
        site.mailSql()
                .sql(
                        """
                        INSERT INTO deletion (tenant_id, deletion_id, kind, recorded_at, signature)
                        VALUES (:tenant, gen_random_uuid(), 'tenant', :now, decode(repeat('00', 64), 'hex'))
                        """)
                .param("tenant", site.tenant().value())
                .param("now", site.clock().instant().atOffset(ZoneOffset.UTC))
                .update();

        assertThat(site.start().read(system.signIn(PATIENT), message)).isNotEmpty();
    }

    @Test
    void whatTheLedgerMissedWhileItWasAwayIsDoneAtTheNextStart() throws Exception {
        MessageId message = system.bring(site.envelope(), TestSite.plain("recalled", "text"));
        Reader patient = system.signIn(PATIENT);
        site.ledgerSql().sql("ALTER TABLE shred_secret RENAME TO away").update();
        try {
            assertThatThrownBy(() -> shredding(system).recall(site.tenant(), message, Set.of()))
                    .isInstanceOf(DataAccessException.class);
        } finally {
            site.ledgerSql().sql("ALTER TABLE away RENAME TO shred_secret").update();
        }
        assertThat(system.read(patient, message)).as("it was not done").isNotEmpty();

        refused(site.start(), PATIENT, message);
    }

    @Test
    void nothingIsShreddedThatCannotBeRecorded() throws Exception {
        MessageId message = system.bring(site.envelope(), TestSite.plain("kept", "text"));
        Shredding shredding = shredding(system);
        site.mailSql().sql("ALTER TABLE deletion RENAME TO away").update();
        try {
            assertThatThrownBy(() -> shredding.recall(site.tenant(), message, Set.of()))
                    .isInstanceOf(DataAccessException.class);
            assertThatThrownBy(() -> shredding.erase(site.tenant(), address(PATIENT)))
                    .isInstanceOf(DataAccessException.class);
            assertThatThrownBy(() -> shredding.end(site.tenant()))
                    .isInstanceOf(DataAccessException.class);
            MailSystem cutOff = site.start();
            assertThatThrownBy(() -> cutOff.signIn(PATIENT))
                    .as("keys that do not know what to repeat open nothing")
                    .isInstanceOf(DataAccessException.class);
        } finally {
            site.mailSql().sql("ALTER TABLE away RENAME TO deletion").update();
        }

        assertThat(system.read(system.signIn(PATIENT), message)).isNotEmpty();
    }

    @Test
    void aRecallTakesItsDuplicatesAlongForAll() throws Exception {
        MessageId first = system.bring(site.envelope(PATIENT, DAUGHTER), mail("today"));
        MessageId again = system.bring(site.envelope(PATIENT, DAUGHTER), mail("later"));

        shredding(system).recall(site.tenant(), again, Set.of());

        for (String reader : List.of(PATIENT, DAUGHTER, NURSE)) {
            refused(system, reader, first);
            refused(system, reader, again);
        }
        assertThat(system.sent(system.signIn(NURSE))).isEmpty();
    }

    @Test
    void aRecallTakesItsDuplicatesAlongForOne() throws Exception {
        MessageId first = system.bring(site.envelope(PATIENT, DAUGHTER), mail("today"));
        MessageId again = system.bring(site.envelope(PATIENT, DAUGHTER), mail("later"));
        MessageId other = system.bring(site.envelope(), TestSite.plain("another", "text"));

        shredding(system).recall(site.tenant(), first, Set.of(system.signIn(PATIENT).mailbox()));

        refused(system, PATIENT, first);
        refused(system, PATIENT, again);
        assertThat(system.read(system.signIn(DAUGHTER), again)).isEqualTo(mail("later"));
        assertThat(system.read(system.signIn(DAUGHTER), first)).isEqualTo(mail("today"));
        assertThat(system.read(system.signIn(PATIENT), other)).isNotEmpty();
    }

    @Test
    void aDuplicateThatComesAfterTheRecallIsShreddedToo() throws Exception {
        MessageId first = system.bring(site.envelope(), mail("today"));
        shredding(system).recall(site.tenant(), first, Set.of());

        MessageId again = system.bring(site.envelope(), mail("later"));
        DuplicateHandler handler = new DuplicateHandler(system.keys().service());
        List<Job> jobs =
                system.database().jobs().claim(10, site.clock().instant(), MailSystem.LEASE);
        assertThat(jobs)
                .filteredOn(job -> job.kind().equals(Delivery.RECALLED_DUPLICATE))
                .singleElement()
                .satisfies(handler::handle);

        refused(system, PATIENT, again);
        refused(system, NURSE, again);
    }

    @Test
    void anotherExpiryIsShownAndCountsForDuplicatesToo() throws Exception {
        MessageId first = system.bring(site.envelope(), mail("today"));
        MessageId again = system.bring(site.envelope(), mail("later"));
        Instant soon = site.clock().instant().plus(Duration.ofDays(1));

        shredding(system).expire(site.tenant(), first, Set.of(), soon);

        assertThat(
                        site.mailSql()
                                .sql("SELECT DISTINCT expires_at FROM slot")
                                .query((row, _) -> row.getTimestamp(1).toInstant())
                                .list())
                .containsExactly(soon);
        site.clock().advance(Duration.ofDays(1));
        refused(system, PATIENT, first);
        refused(system, PATIENT, again);
        assertThat(system.inbox(system.signIn(PATIENT))).isEmpty();
        shredding(system).expire(site.tenant(), first, Set.of(), soon.plus(Duration.ofDays(10)));
        assertThat(system.inbox(system.signIn(PATIENT)))
                .as("within its grace it is given back")
                .extracting(MessageRow::id)
                .containsExactly(first);
        assertThat(system.read(system.signIn(PATIENT), first)).isEqualTo(mail("today"));
    }

    @Test
    void whoIsErasedIsNamedNowhereAndGetsANewMailboxWithNewMail() throws Exception {
        MessageId his = system.bring(site.envelope(PATIENT, DAUGHTER), mail("today"));
        system.bring(
                site.envelope(site.tenant(), Optional.of(PATIENT), DAUGHTER),
                TestSite.plain("his own", "text"));
        MailboxId before = system.signIn(PATIENT).mailbox();

        Optional<MailboxId> erased = shredding(system).erase(site.tenant(), address(PATIENT));

        assertThat(erased).contains(before);
        assertThat(shredding(system).erase(site.tenant(), address(PATIENT))).isEmpty();
        assertThat(
                        site.mailSql()
                                .sql(
                                        "SELECT address_mac IS NULL AND sealed_address IS NULL FROM"
                                                + " mailbox WHERE mailbox_id = :mailbox")
                                .param("mailbox", before.value())
                                .query(Boolean.class)
                                .single())
                .isTrue();
        assertThat(
                        site.mailSql()
                                .sql(
                                        "SELECT state || coalesce(reason, '') FROM job WHERE"
                                                + " mailbox_id = :mailbox")
                                .param("mailbox", before.value())
                                .query(String.class)
                                .list())
                .containsOnly("discardederased");
        assertThat(system.read(system.signIn(DAUGHTER), his)).isEqualTo(mail("today"));
        MessageId later = system.bring(site.envelope(), TestSite.plain("later", "text"));
        assertThat(system.inbox(system.signIn(PATIENT)))
                .extracting(MessageRow::id)
                .containsExactly(later);
        assertThat(system.signIn(PATIENT).mailbox()).isNotEqualTo(before);
    }

    @Test
    void aRestoredMailDatabaseThatStillNamesSomebodyErasedLearnsItFromTheNextMail()
            throws Exception {
        system.bring(site.envelope(), mail("today"));
        Backup before = Backup.of(site.mailSql());
        shredding(system).erase(site.tenant(), address(PATIENT));
        before.restore();

        MessageId later = site.start().bring(site.envelope(), TestSite.plain("later", "text"));

        assertThat(system.inbox(system.signIn(PATIENT)))
                .extracting(MessageRow::id)
                .containsExactly(later);
        assertThat(
                        site.mailSql()
                                .sql("SELECT count(*) FROM mailbox WHERE address_mac IS NULL")
                                .query(Integer.class)
                                .single())
                .isEqualTo(1);
    }

    @Test
    void anEndedTenantIsForgottenByDoorsAndItsLateMailIsGivenUp() throws Exception {
        TenantId other =
                site.addTenant("Other", "other.example", "example.net", "in.other.example");
        system.bring(site.envelope(other, Optional.of(NURSE), PATIENT), mail("today"));
        system = site.start();
        MessageId late =
                system.accept(site.envelope(other, Optional.of(NURSE), PATIENT), mail("late"));

        shredding(system).end(other);
        shredding(system).end(other);
        system.emptySpool();
        List<Arrival> arrivals = system.claim();

        assertThat(arrivals).hasSize(1);
        assertThat(system.delivery().deliver(arrivals.getFirst())).isTrue();
        assertThat(system.database().messages().find(other, late)).isEmpty();
        assertThat(system.claim()).isEmpty();
        assertThat(system.database().tenants().all())
                .noneMatch(tenant -> tenant.id().equals(other));
        assertThat(system.database().tenants().findByHost("other.example")).isEmpty();
        assertThat(system.database().tenants().findByHost(other + ".invalid")).contains(other);
        site.addTenant("New", "other.example", "example.net", "in.other.example");
    }

    @Test
    void aSecretWithoutAMessageIsDeletedOnceThatIsCertain() throws Exception {
        MessageId kept = system.bring(site.envelope(), mail("today"));
        MessageId orphan = system.bring(site.envelope(), TestSite.plain("orphan", "text"));
        site.mailSql()
                .sql("DELETE FROM slot WHERE message_id = :orphan")
                .param("orphan", orphan.value())
                .update();
        site.mailSql()
                .sql("DELETE FROM message WHERE message_id = :orphan")
                .param("orphan", orphan.value())
                .update();
        site.mailSql()
                .sql("DELETE FROM arrival WHERE spool_id = :orphan")
                .param("orphan", orphan.value())
                .update();

        site.clock().advance(Duration.ofDays(8));
        assertThat(system.keys().orphans().getAsInt()).as("noted").isZero();
        site.clock().advance(Duration.ofDays(29));
        assertThat(system.keys().orphans().getAsInt()).as("not certain yet").isZero();
        assertThat(secrets(orphan)).isEqualTo(2);
        site.clock().advance(Duration.ofDays(1));
        assertThat(system.keys().orphans().getAsInt()).isEqualTo(2);
        assertThat(system.keys().orphans().getAsInt()).as("once a day").isZero();

        assertThat(secrets(orphan)).isZero();
        MailSystem today = site.start();
        assertThat(today.read(today.signIn(PATIENT), kept)).isEqualTo(mail("today"));
    }

    private int secrets(MessageId message) {
        return site.ledgerSql()
                .sql("SELECT count(*) FROM shred_secret WHERE object_id = :message")
                .param("message", message.value())
                .query(Integer.class)
                .single();
    }

    private Shredding shredding(MailSystem of) {
        return new Shredding(
                of.keys().service(),
                of.keys().authority(),
                of.database(),
                site.clock(),
                site.random());
    }

    private void refused(MailSystem by, String reader, MessageId message) throws Exception {
        Reader someone = by.signIn(reader);
        assertThatThrownBy(() -> by.read(someone, message))
                .isInstanceOf(OpeningFailedException.class);
    }

    private static byte[] mail(String trace) {
        return TestSite.lines(
                "Received: from a; " + trace,
                "Message-ID: <a@example.com>",
                "From: Nurse Joy <" + NURSE + ">",
                "To: " + PATIENT,
                "Subject: the same",
                "",
                "text");
    }

    /// Messages for everybody, of which some are shredded in each way there is.
    private final class Shredded {

        private final TenantId ended =
                site.addTenant("Other", "other.example", "example.net", "in.other.example");
        private final MessageId forAll = bring("recalled for all");
        private final MessageId forOne = bring("recalled for one");
        private final MessageId expired = bring("expired");
        private final MessageId kept = bring("kept");
        private final MessageId elsewhere;
        private final MailboxId patient = system.signIn(PATIENT).mailbox();
        private Reader ofTheEnded = system.signIn(PATIENT);
        private final MailboxId daughter = system.signIn(DAUGHTER).mailbox();

        Shredded() throws Exception {
            system = site.start();
            elsewhere =
                    system.bring(
                            site.envelope(ended, Optional.of(NURSE), PATIENT),
                            TestSite.plain("elsewhere", "text"));
        }

        private MessageId bring(String subject) throws Exception {
            return system.bring(site.envelope(PATIENT, DAUGHTER), TestSite.plain(subject, "text"));
        }

        void shred() throws Exception {
            system = site.start();
            Shredding shredding = shredding(system);
            shredding.recall(site.tenant(), forAll, Set.of());
            shredding.recall(site.tenant(), forOne, Set.of(patient));
            shredding.expire(site.tenant(), expired, Set.of(), site.clock().instant());
            shredding.erase(site.tenant(), address(DAUGHTER));
            Reader reader = system.signIn(ended, PATIENT);
            assertThat(system.read(reader, elsewhere)).isNotEmpty();
            shredding.end(ended);
            ofTheEnded = reader;
        }

        void opensTheRestAlone(MailSystem today) throws Exception {
            for (MessageId message : List.of(forAll, forOne, expired)) {
                refused(today, PATIENT, message);
            }
            refused(today, NURSE, forAll);
            refused(today, NURSE, expired);
            Reader someone = today.signIn(PATIENT);
            for (MessageId message : List.of(forAll, forOne, expired, kept)) {
                Reader erased = new Reader(site.tenant(), daughter, someone.key());
                assertThatThrownBy(() -> today.read(erased, message))
                        .isInstanceOf(OpeningFailedException.class);
            }
            assertThatThrownBy(() -> today.signIn(DAUGHTER))
                    .as("nobody is known by that address")
                    .isInstanceOf(NoSuchElementException.class);
            assertThatThrownBy(() -> today.signIn(ended, PATIENT))
                    .isInstanceOf(DataAccessException.class);
            assertThatThrownBy(() -> today.read(ofTheEnded, elsewhere))
                    .isInstanceOf(NotSignedInException.class);
            assertThat(today.read(someone, kept)).isEqualTo(TestSite.plain("kept", "text"));
            assertThat(today.read(today.signIn(NURSE), forOne))
                    .isEqualTo(TestSite.plain("recalled for one", "text"));
        }
    }
}
