package org.postern.db.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.postern.db.TestValues.NOW;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.db.AtOnce;
import org.postern.db.SettableClock;
import org.postern.db.TenantId;
import org.postern.db.TestDatabases;
import org.postern.db.TestValues;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.simple.JdbcClient;

class ArrivalStoreTest {

    private static final Duration LEASE = Duration.ofMinutes(2);

    private final DataSource pool = TestDatabases.mail();
    private final JdbcClient sql = JdbcClient.create(pool);
    private final MailDatabase database = MailDatabase.of(pool);
    private final ArrivalStore arrivals = database.arrivals();
    private final SettableClock clock = new SettableClock(NOW);

    @Test
    void anArrivalIsClaimedAsItWasHandedOver() {
        Arrival arrival = arrival();
        arrivals.insertIfAbsent(arrival);

        List<Arrival> claimed = claim(10);

        assertThat(claimed).containsExactly(attempt(arrival, 1));
    }

    @Test
    void handingOverTwiceChangesNothing() {
        Arrival arrival = arrival();
        arrivals.insertIfAbsent(arrival);
        Map<String, @Nullable String> row = row(arrival);

        // The same spool entry, by a process that was killed before it removed it.
        arrivals.insertIfAbsent(other(arrival));

        assertThat(row(arrival)).isEqualTo(row);
        assertThat(arrivals.waiting()).isEqualTo(1);
    }

    @Test
    void handingOverAMessageThatWasDeliveredRevivesNothing() {
        Arrival arrival = arrival();
        arrivals.insertIfAbsent(arrival);
        assertThat(arrivals.complete(claimOne())).isTrue();
        Map<String, @Nullable String> tombstone = row(arrival);

        arrivals.insertIfAbsent(arrival);
        clock.advance(Duration.ofDays(365));

        assertThat(row(arrival)).isEqualTo(tombstone);
        assertThat(claim(10)).isEmpty();
    }

    @Test
    void aTombstoneKeepsNeitherSlotNorEnvelope() {
        Arrival arrival = arrival();
        arrivals.insertIfAbsent(arrival);

        arrivals.complete(claimOne());

        assertThat(row(arrival))
                .containsEntry("state", "completed")
                .containsEntry("spool_slot", null)
                .containsEntry("sealed_envelope", null);
        assertThat(arrivals.waiting()).isZero();
    }

    @Test
    void ofManyWhoHandOverOneMessageAtOnceOneRowIsLeft() throws Exception {
        Arrival arrival = arrival();

        AtOnce.run(
                8,
                _ ->
                        () -> {
                            arrivals.insertIfAbsent(arrival);
                            return true;
                        });

        assertThat(arrivals.waiting()).isEqualTo(1);
    }

    @Test
    void noTwoWorkersGetOneArrival() throws Exception {
        int count = 200;
        for (int i = 0; i < count; i++) {
            arrivals.insertIfAbsent(arrival());
        }

        List<List<Arrival>> claims =
                AtOnce.run(
                        6,
                        _ ->
                                () -> {
                                    List<Arrival> mine = new ArrayList<>();
                                    List<Arrival> some = claim(7);
                                    while (!some.isEmpty()) {
                                        mine.addAll(some);
                                        some = claim(7);
                                    }
                                    return mine;
                                });

        List<UUID> all =
                claims.stream().flatMap(List::stream).map(one -> one.header().object()).toList();
        assertThat(all).doesNotHaveDuplicates();
        // Whoever skipped a row that was being claimed may have gone home early; nobody holds it.
        Set<UUID> seen = new HashSet<>(all);
        claim(count).forEach(one -> assertThat(seen.add(one.header().object())).isTrue());
        assertThat(seen).hasSize(count);
    }

    @Test
    void aClaimThatIsNotCommittedYetKeepsNobodyWaiting() throws Exception {
        Arrival first = arrival();
        Arrival second = arrival(NOW.plusMillis(1));
        arrivals.insertIfAbsent(first);
        arrivals.insertIfAbsent(second);
        clock.advance(Duration.ofSeconds(1));
        CountDownLatch claimed = new CountDownLatch(1);
        CountDownLatch commit = new CountDownLatch(1);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<List<Arrival>> slow =
                    threads.submit(() ->
                            database.transaction()
                                    .execute(_ -> {
                                        List<Arrival> mine = claim(1);
                                        claimed.countDown();
                                        await(commit);
                                        return mine;
                                    }));
            claimed.await();

            ArrivalStore impatient =
                    new ArrivalStore(JdbcClient.create(TestDatabases.mailWithoutPatience()));
            try {
                assertThat(impatient.claim(10, clock.instant(), LEASE))
                        .containsExactly(attempt(second, 1));
            } finally {
                commit.countDown();
            }
            assertThat(slow.get()).containsExactly(attempt(first, 1));
        }
    }

    @Test
    void aClaimWhoseTransactionFailsIsNoClaim() {
        Arrival arrival = arrival();
        arrivals.insertIfAbsent(arrival);

        database.transaction()
                .executeWithoutResult(transaction -> {
                    assertThat(claim(1)).hasSize(1);
                    transaction.setRollbackOnly();
                });

        assertThat(claim(1)).containsExactly(attempt(arrival, 1));
    }

    @Test
    void theOldestIsClaimedFirstAndNoMoreThanAskedFor() {
        Arrival newest = arrival(NOW.minusSeconds(1));
        Arrival oldest = arrival(NOW.minusSeconds(3));
        Arrival middle = arrival(NOW.minusSeconds(2));
        List.of(newest, oldest, middle).forEach(arrivals::insertIfAbsent);

        assertThat(claim(2)).containsExactlyInAnyOrder(attempt(oldest, 1), attempt(middle, 1));
        assertThat(claim(2)).containsExactly(attempt(newest, 1));
    }

    @Test
    void aClaimedArrivalIsDueAgainWhenItsLeaseEndsAndNoSooner() {
        Arrival arrival = arrival();
        arrivals.insertIfAbsent(arrival);
        claimOne();

        clock.advance(LEASE.minusMillis(1));
        assertThat(claim(1)).isEmpty();
        clock.advance(Duration.ofMillis(1));
        assertThat(claim(1)).containsExactly(attempt(arrival, 2));
    }

    @Test
    void aLeaseThatIsExtendedHoldsLonger() {
        arrivals.insertIfAbsent(arrival());
        Arrival mine = claimOne();
        clock.advance(LEASE.minusMillis(1));

        assertThat(arrivals.extend(mine, clock.instant().plus(LEASE))).isTrue();

        clock.advance(LEASE.minusMillis(1));
        assertThat(claim(1)).isEmpty();
        assertThat(arrivals.complete(mine)).isTrue();
        assertThat(arrivals.extend(mine, clock.instant().plus(LEASE))).isFalse();
    }

    @Test
    void whoeverLostItsLeaseCanNeitherCompleteNorGiveBackNorExtend() {
        Arrival arrival = arrival();
        arrivals.insertIfAbsent(arrival);
        Arrival lost = claimOne();
        clock.advance(LEASE);
        Arrival mine = claimOne();
        Map<String, @Nullable String> row = row(arrival);

        assertThat(arrivals.complete(lost)).isFalse();
        assertThat(arrivals.extend(lost, NOW.plusSeconds(3_600))).isFalse();
        arrivals.retry(lost, NOW);

        assertThat(row(arrival)).isEqualTo(row);
        assertThat(arrivals.complete(mine)).isTrue();
    }

    @Test
    void anArrivalIsCompletedOnce() {
        arrivals.insertIfAbsent(arrival());
        Arrival mine = claimOne();

        assertThat(arrivals.complete(mine)).isTrue();
        assertThat(arrivals.complete(mine)).isFalse();
    }

    @Test
    void whatNobodyClaimedCannotBeCompleted() {
        Arrival arrival = arrival();
        arrivals.insertIfAbsent(arrival);

        assertThat(arrivals.complete(arrival)).isFalse();
        assertThat(arrivals.complete(attempt(arrival, 1))).isFalse();
        assertThat(claim(1)).hasSize(1);
    }

    @Test
    void anArrivalGivenBackIsDueWhenItWasSaid() {
        Arrival arrival = arrival();
        arrivals.insertIfAbsent(arrival);
        Duration later = Duration.ofHours(1);

        arrivals.retry(claimOne(), NOW.plus(later));

        clock.advance(later.minusMillis(1));
        assertThat(claim(1)).isEmpty();
        clock.advance(Duration.ofMillis(1));
        assertThat(claim(1)).containsExactly(attempt(arrival, 2));
    }

    @Test
    void anArrivalGivenBackCannotBeCompletedByThatClaim() {
        arrivals.insertIfAbsent(arrival());
        Arrival mine = claimOne();
        arrivals.retry(mine, NOW);

        assertThat(arrivals.complete(mine)).isFalse();
    }

    @Test
    void aReleasedClaimIsDueAtOnceAndItsHolderIsFenced() {
        Arrival arrival = arrival();
        arrivals.insertIfAbsent(arrival);
        Arrival killed = claimOne();

        arrivals.releaseClaims(clock.instant());

        assertThat(arrivals.complete(killed)).isFalse();
        assertThat(claim(1)).containsExactly(attempt(arrival, 2));
        assertThat(arrivals.complete(killed)).isFalse();
    }

    @Test
    void releasingClaimsTouchesNothingThatIsNotClaimed() {
        Arrival delivered = arrival();
        arrivals.insertIfAbsent(delivered);
        arrivals.complete(claimOne());
        Arrival later = arrival();
        arrivals.insertIfAbsent(later);
        arrivals.retry(claimOne(), NOW.plusSeconds(60));
        Arrival fresh = arrival(NOW.plusSeconds(30));
        arrivals.insertIfAbsent(fresh);
        List<Map<String, @Nullable String>> before =
                List.of(row(delivered), row(later), row(fresh));

        arrivals.releaseClaims(clock.instant());

        assertThat(List.of(row(delivered), row(later), row(fresh))).isEqualTo(before);
    }

    @Test
    void completingAndWhatWasDeliveredAreOneTransaction() {
        Arrival arrival = arrival();
        arrivals.insertIfAbsent(arrival);
        Arrival mine = claimOne();

        database.transaction()
                .executeWithoutResult(transaction -> {
                    assertThat(arrivals.complete(mine)).isTrue();
                    transaction.setRollbackOnly();
                });

        assertThat(arrivals.complete(mine)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "header = ''",
                "header = substr(header, 1, 20)",
                "header = header || '\\x00'::bytea",
                "header = set_byte(header, 0, 0)",
                "certificate = ''",
                "certificate = substr(certificate, 1, octet_length(certificate) - 1)",
                "certificate = set_byte(certificate, 5, 255)",
                "spool_slot = NULL",
                "spool_slot = ''",
                "spool_slot = spool_slot || '\\x00'::bytea",
                "sealed_envelope = NULL",
                "sealed_envelope = ''",
                "sealed_envelope = set_byte(sealed_envelope, 0, 2)",
                "tenant_id = gen_random_uuid()",
                "spool_id = gen_random_uuid()",
            })
    void aRowThatWasChangedKeepsNobodyElsesMailWaiting(String damage) {
        Arrival damaged = arrival(NOW.minusSeconds(1));
        Arrival whole = arrival();
        arrivals.insertIfAbsent(damaged);
        sql.sql("UPDATE arrival SET " + damage).update();
        arrivals.insertIfAbsent(whole);

        assertThat(claim(10)).containsExactly(attempt(whole, 1));
        // It waits for its lease, so that no worker turns in circles.
        assertThat(claim(10)).isEmpty();
        assertThat(arrivals.waiting()).isEqualTo(2);
    }

    @Test
    void theRowsOfTwoArrivalsExchangedAreBothRefused() {
        Arrival one = arrival();
        Arrival two = arrival();
        arrivals.insertIfAbsent(one);
        arrivals.insertIfAbsent(two);
        sql.sql(
                        """
                        UPDATE arrival a SET header = b.header, sealed_envelope = b.sealed_envelope
                          FROM arrival b WHERE a.spool_id <> b.spool_id
                        """)
                .update();

        assertThat(claim(10)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "state = 'available'", // a tombstone is never due again
                "state = 'running'",
                "spool_slot = '\\x01'",
                "attempt = -1",
                "state = 'delivered'",
            })
    void theDatabaseItselfRefusesAMoveThatIsNotInTheDrawing(String move) {
        arrivals.insertIfAbsent(arrival());
        arrivals.complete(claimOne());

        assertThatExceptionOfType(DataIntegrityViolationException.class)
                .isThrownBy(() -> sql.sql("UPDATE arrival SET " + move).update());
    }

    @Test
    void whoeverMayOnlyInsertCanHandOverAndSeesNothing() {
        // All the rights that an intake of its own would need.
        sql.sql(
                        """
                        DO $$ BEGIN
                            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'intake_only') THEN
                                CREATE ROLE intake_only LOGIN;
                            END IF;
                        END $$
                        """)
                .update();
        sql.sql("GRANT INSERT ON arrival, audit_event TO intake_only").update();
        sql.sql("GRANT SELECT ON snapshot TO intake_only").update();
        MailDatabase intakes = MailDatabase.of(TestDatabases.mailAs("intake_only"));
        Arrival arrival = arrival();

        intakes.arrivals().insertIfAbsent(arrival);
        intakes.arrivals().insertIfAbsent(arrival);

        assertThat(intakes.snapshots().newest()).isEmpty();
        assertThatExceptionOfType(DataAccessException.class)
                .isThrownBy(() -> intakes.arrivals().claim(1, NOW, LEASE));
        assertThatExceptionOfType(DataAccessException.class)
                .isThrownBy(() -> intakes.arrivals().waiting());
        assertThatExceptionOfType(DataAccessException.class)
                .isThrownBy(() -> intakes.tenants().all());
        assertThat(claim(10)).containsExactly(attempt(arrival, 1));
    }

    private List<Arrival> claim(int max) {
        return arrivals.claim(max, clock.instant(), LEASE);
    }

    private Arrival claimOne() {
        List<Arrival> claimed = claim(1);
        assertThat(claimed).hasSize(1);
        return claimed.getFirst();
    }

    private Map<String, @Nullable String> row(Arrival arrival) {
        return Rows.one(sql, "SELECT * FROM arrival WHERE spool_id = ?", arrival.header().object());
    }

    private static Arrival arrival() {
        return arrival(NOW);
    }

    private static Arrival arrival(Instant at) {
        TenantId tenant = TestValues.tenant();
        return new Arrival(
                TestValues.header(tenant, UUID.randomUUID()),
                TestValues.certificate(),
                TestValues.spoolSlot(),
                TestValues.record(),
                at,
                0);
    }

    private static Arrival attempt(Arrival arrival, int attempt) {
        return new Arrival(
                arrival.header(),
                arrival.certificate(),
                arrival.spoolSlot(),
                arrival.sealedEnvelope(),
                arrival.arrivedAt(),
                attempt);
    }

    /// Under the same id, and otherwise another.
    private static Arrival other(Arrival arrival) {
        return new Arrival(
                arrival.header(),
                TestValues.certificate(),
                TestValues.spoolSlot(),
                TestValues.record(),
                arrival.arrivedAt().plusSeconds(1),
                0);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
