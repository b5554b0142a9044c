package org.postern.db.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postern.db.TestValues.NOW;

import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postern.crypto.sealed.Mac256;
import org.postern.crypto.sealed.SealedRecord;
import org.postern.db.JobId;
import org.postern.db.SettableClock;
import org.postern.db.TenantId;
import org.postern.db.TestDatabases;
import org.postern.db.TestValues;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

class JobQueueTest {

    private static final Duration LEASE = Duration.ofMinutes(1);
    private static final Mac256 DEAD = Mac256.sha256(new byte[] {1});
    private static final Mac256 LIVE = Mac256.sha256(new byte[] {2});

    private final DataSource pool = TestDatabases.mail();
    private final JdbcClient sql = JdbcClient.create(pool);
    private final MailDatabase database = MailDatabase.of(pool);
    private final JobStore jobs = database.jobs();
    private final SettableClock clock = new SettableClock(NOW);
    private final TenantId tenant = TestValues.tenant();

    @BeforeEach
    void makeTenant() {
        database.tenants().insert(tenant, "Ours", "ours.example", Optional.empty(), NOW);
    }

    @Test
    void oneMailIsAmongTheFirstThoughTenThousandForAnotherDomainWaitLonger() {
        promiseMany(DEAD, 10_000);
        clock.advance(Duration.ofSeconds(1));
        promise(LIVE);

        assertThat(claim(16)).extracting(job -> job.destination().orElseThrow()).contains(LIVE);
    }

    @Test
    void domainsTakeTurns() {
        List<Mac256> there = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            there.add(Mac256.sha256(new byte[] {3, (byte) i}));
            promiseMany(there.getLast(), 10);
        }

        List<Mac256> turns = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            claim(4).forEach(job -> turns.add(job.destination().orElseThrow()));
        }

        assertThat(turns).hasSize(40);
        assertThat(turns.subList(0, 20)).containsExactlyInAnyOrderElementsOf(there);
        assertThat(turns.subList(20, 40)).containsExactlyInAnyOrderElementsOf(there);
    }

    @Test
    void noMoreRunAtOnceForOneDomainThanAllowedWhoeverClaims() {
        promiseMany(DEAD, 50);

        List<Job> first = jobs.claim(16, now(), LEASE, 20);
        List<Job> second = jobs.claim(16, now(), LEASE, 20);

        assertThat(first).hasSize(16);
        assertThat(second).hasSize(4);
        assertThat(jobs.claim(16, now(), LEASE, 20)).isEmpty();

        jobs.complete(first.getFirst(), now());
        assertThat(jobs.claim(16, now(), LEASE, 20)).hasSize(1);

        clock.advance(LEASE);
        assertThat(jobs.claim(50, now(), LEASE, 20)).as("leases that ran out").hasSize(20);
    }

    @Test
    void aDomainThatDefersAgainAndAgainIsLeftAloneWithAllThatWaitsForIt() {
        promiseMany(DEAD, 1000);
        deferFive();

        assertThat(claim(16)).isEmpty();
        assertThat(jobs.destinations().resting(now())).isOne();
        promise(LIVE);
        promise(DEAD);
        List<Job> others = claim(16);
        assertThat(others).extracting(Job::destination).containsExactly(Optional.of(LIVE));
        others.forEach(job -> jobs.complete(job, now()));

        clock.advance(Duration.ofSeconds(59));
        assertThat(claim(16)).isEmpty();
        clock.advance(Duration.ofSeconds(1));
        List<Job> probe = claim(16);
        assertThat(probe).as("one tries").hasSize(1);
        assertThat(claim(16)).isEmpty();

        jobs.destinations().deferred(DEAD, now());
        jobs.retry(probe.getFirst(), "deferred-451", now().plus(Duration.ofMinutes(8)));
        clock.advance(Duration.ofSeconds(119));
        assertThat(claim(16)).as("twice as long").isEmpty();
        clock.advance(Duration.ofSeconds(1));
        assertThat(claim(16)).hasSize(1);

        jobs.destinations().answered(DEAD, now());
        assertThat(claim(16)).as("it is back").hasSize(16);
    }

    @Test
    void manyThatFailAtOnceCountOnce() {
        promiseMany(DEAD, 100);
        List<Job> atOnce = jobs.claim(20, now(), LEASE, 20);
        atOnce.forEach(_ -> jobs.destinations().deferred(DEAD, now()));

        clock.advance(DestinationStore.FIRST_REST);
        assertThat(claim(16)).hasSize(1);
    }

    @Test
    void aDomainRestsAnHourAtMost() {
        promiseMany(DEAD, 1);
        for (int i = 0; i < 30; i++) {
            jobs.destinations().deferred(DEAD, now());
            clock.advance(Duration.ofMinutes(59));
            assertThat(jobs.destinations().resting(now())).isEqualTo(i < 10 ? 0 : 1);
            clock.advance(Duration.ofMinutes(1));
            assertThat(jobs.destinations().resting(now())).isZero();
        }
    }

    @Test
    void whatWaitsForHoursForADomainThatRestsIsNotTriedButNotForgotten() {
        promiseMany(DEAD, 3);
        clock.advance(Duration.ofHours(4).plusSeconds(1));
        promise(DEAD);
        deferFive();

        List<Job> late = claim(16);

        assertThat(late).hasSize(3).allMatch(Job::resting);
        assertThat(late).allMatch(job -> job.createdAt().equals(NOW));
    }

    @Test
    void aJobGivenBackSoonIsDueThen() {
        promise(LIVE);
        Job job = claim(1).getFirst();
        assertThat(claim(1)).isEmpty();
        jobs.retry(job, "worker-closed", now().plusSeconds(2));

        clock.advance(Duration.ofSeconds(1));
        assertThat(claim(1)).isEmpty();
        clock.advance(Duration.ofSeconds(1));
        assertThat(claim(1)).hasSize(1);
    }

    @Test
    void aJobThatIsCommittedLateIsFoundSoon() throws Exception {
        promise(LIVE);
        claim(1).forEach(job -> jobs.complete(job, now()));
        clock.advance(Duration.ofMinutes(30));
        claim(1); // it is known to be idle by now
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            JobStore uncommitted =
                    new JobStore(
                            JdbcClient.create(new SingleConnectionDataSource(connection, true)));
            uncommitted.insertIfAbsent(
                    tenant, id(), "notice", UUID.randomUUID(), Optional.empty(), now(), LIVE);
            assertThat(claim(1)).isEmpty();
            clock.advance(Duration.ofSeconds(3));
            assertThat(claim(1)).isEmpty();
            connection.commit();
        }

        assertThat(claim(1)).hasSize(1);
    }

    @Test
    void aJobPromisedWhileAClaimLookedElsewhereIsFoundWithinThatTime() throws Exception {
        promise(LIVE);
        Job running = claim(1).getFirst();
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            JobStore uncommitted =
                    new JobStore(
                            JdbcClient.create(new SingleConnectionDataSource(connection, true)));
            uncommitted.insertIfAbsent(
                    tenant, id(), "notice", UUID.randomUUID(), Optional.empty(), now(), LIVE);
            jobs.complete(running, now());
            for (int i = 0; i < 10; i++) {
                assertThat(claim(1)).isEmpty();
                clock.advance(Duration.ofSeconds(1));
            }
            connection.commit();
        }

        clock.advance(Duration.ofSeconds(10));
        assertThat(claim(1)).hasSize(1);
    }

    @Test
    void aDomainToWhichNothingGoesAnyMoreIsForgottenAndKnownAgain() {
        promise(LIVE);
        claim(1).forEach(job -> jobs.complete(job, now()));
        for (int i = 0; i < 6; i++) {
            claim(1);
            clock.advance(Duration.ofHours(1));
        }
        assertThat(destinations()).isZero();

        promise(LIVE);
        assertThat(claim(1)).hasSize(1);
    }

    @Test
    void whatSomebodyWaitsForIsAnotherQueue() {
        promiseMany(DEAD, 10);
        jobs.insertUrgentIfAbsent(
                tenant, id(), "sign-in", UUID.randomUUID(), Optional.empty(), now());

        assertThat(claim(16)).extracting(Job::kind).containsOnly("notice");
        assertThat(jobs.claimUrgent(16, now(), LEASE))
                .extracting(Job::kind)
                .containsExactly("sign-in");
    }

    @Test
    void everyFourthClaimIsForWhatGoesNowhereInParticular() {
        promiseMany(DEAD, 100);
        for (int i = 0; i < 10; i++) {
            jobs.insertIfAbsent(tenant, id(), "shred", UUID.randomUUID(), Optional.empty(), now());
        }

        List<String> kinds = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            claim(1).forEach(job -> kinds.add(job.kind()));
        }
        assertThat(kinds).filteredOn("shred"::equals).hasSize(3);
        assertThat(jobs.claimElsewhere(16, now(), LEASE)).hasSize(7);
    }

    @Test
    void claimsVoidAtTheStartAreDueAtOnce() {
        promise(LIVE);
        claim(1);
        claim(1);

        jobs.releaseClaims(now());

        assertThat(claim(1)).hasSize(1);
    }

    @Test
    void whichRelayHadAMailAndItsSealedAnswerStayWithTheJob() throws Exception {
        SealedRecord reply = TestValues.record();
        promise(LIVE);
        Job job = claim(1).getFirst();
        jobs.discard(
                job,
                "refused-550",
                now(),
                new JobNote(Optional.of("one.example:25"), Optional.of(reply)));

        assertThat(sql.sql("SELECT relay FROM job").query(String.class).single())
                .isEqualTo("one.example:25");
        assertThat(sql.sql("SELECT sealed_reply FROM job").query(byte[].class).single())
                .isEqualTo(reply.toBytes());
    }

    @Test
    void whatWasPutOffSinceItsDomainRestedIsDueOnceItAnswers() {
        promiseMany(DEAD, 2);
        clock.advance(Duration.ofHours(5));
        deferFive();
        claim(16)
                .forEach(job ->
                        jobs.retry(job, DestinationStore.RESTS, now().plus(Duration.ofHours(8))));
        clock.advance(DestinationStore.FIRST_REST);
        assertThat(claim(16)).isEmpty();

        jobs.destinations().answered(DEAD, now());

        assertThat(claim(16)).hasSize(2);
    }

    private void deferFive() {
        for (int i = 0; i < DestinationStore.ENOUGH_FAILURES; i++) {
            jobs.destinations().deferred(DEAD, now());
        }
    }

    private List<Job> claim(int max) {
        return jobs.claim(max, now(), LEASE);
    }

    private Instant now() {
        return clock.instant();
    }

    private void promise(Mac256 there) {
        jobs.insertIfAbsent(
                tenant, id(), "notice", UUID.randomUUID(), Optional.empty(), now(), there);
    }

    /// Many at once, and the last of them as everybody promises.
    private void promiseMany(Mac256 there, int count) {
        sql.sql(
                        """
                        INSERT INTO job (job_id, tenant_id, kind, subject_id, run_at, created_at, destination)
                        SELECT gen_random_uuid(), :tenant, 'notice', gen_random_uuid(), :now, :now, :there FROM generate_series(2, :count)
                        """)
                .param("tenant", tenant.value())
                .param("now", Columns.at(now()))
                .param("there", there.toBytes())
                .param("count", count)
                .update();
        promise(there);
    }

    private int destinations() {
        return sql.sql("SELECT count(*) FROM destination").query(Integer.class).single();
    }

    private static JobId id() {
        return new JobId(UUID.randomUUID());
    }
}
