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
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.db.AtOnce;
import org.postern.db.JobId;
import org.postern.db.MailboxId;
import org.postern.db.SettableClock;
import org.postern.db.TenantId;
import org.postern.db.TestDatabases;
import org.postern.db.TestValues;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.simple.JdbcClient;

class JobStoreTest {

    private static final Duration LEASE = Duration.ofMinutes(2);

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
    void aJobIsClaimedAsItWasPromised() {
        JobId id = new JobId(UUID.randomUUID());
        UUID subject = UUID.randomUUID();
        MailboxId mailbox = TestValues.mailbox();
        jobs.insertIfAbsent(tenant, id, "notice", subject, Optional.of(mailbox), NOW);

        assertThat(claim(10))
                .containsExactly(
                        new Job(id, tenant, "notice", subject, Optional.of(mailbox), 1, NOW));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void thereIsOneJobOfAKindAboutOneSubjectForOneMailbox(boolean withMailbox) {
        UUID subject = UUID.randomUUID();
        Optional<MailboxId> mailbox =
                withMailbox ? Optional.of(TestValues.mailbox()) : Optional.empty();
        promise("notice", subject, mailbox);

        promise("notice", subject, mailbox);
        assertThat(jobs.waiting()).isEqualTo(1);

        // Nor again when it is done: a replay must not send a second notice.
        jobs.complete(claimOne(), clock.instant());
        promise("notice", subject, mailbox);
        assertThat(jobs.waiting()).isZero();
    }

    @Test
    void anotherKindSubjectMailboxOrTenantIsAnotherJob() {
        UUID subject = UUID.randomUUID();
        Optional<MailboxId> mailbox = Optional.of(TestValues.mailbox());
        TenantId other = TestValues.tenant();
        database.tenants().insert(other, "Theirs", "theirs.example", Optional.empty(), NOW);
        promise("notice", subject, mailbox);

        promise("reminder", subject, mailbox);
        promise("notice", UUID.randomUUID(), mailbox);
        promise("notice", subject, Optional.of(TestValues.mailbox()));
        promise("notice", subject, Optional.empty());
        jobs.insertIfAbsent(other, id(), "notice", subject, mailbox, NOW);

        assertThat(jobs.waiting()).isEqualTo(6);
    }

    @Test
    void aJobIsPromisedWithTheFactOrNotAtAll() {
        database.transaction()
                .executeWithoutResult(transaction -> {
                    promise("notice", UUID.randomUUID(), Optional.empty());
                    transaction.setRollbackOnly();
                });

        assertThat(jobs.waiting()).isZero();
    }

    @Test
    void aJobOfNoTenantIsRefused() {
        assertThatExceptionOfType(DataIntegrityViolationException.class)
                .isThrownBy(() ->
                        jobs.insertIfAbsent(
                                TestValues.tenant(),
                                id(),
                                "notice",
                                UUID.randomUUID(),
                                Optional.empty(),
                                NOW));
    }

    @Test
    void aJobIsNotDueBeforeItsTime() {
        promise(NOW.plusSeconds(5));

        assertThat(claim(1)).isEmpty();
        clock.advance(Duration.ofSeconds(5));
        assertThat(claim(1)).hasSize(1);
    }

    @Test
    void theOldestIsClaimedFirstAndNoMoreThanAskedFor() {
        promise(NOW.minusSeconds(1));
        promise(NOW.minusSeconds(3));
        promise(NOW.minusSeconds(2));

        assertThat(claim(2))
                .extracting(Job::createdAt)
                .containsExactlyInAnyOrder(NOW.minusSeconds(3), NOW.minusSeconds(2));
        assertThat(claim(2)).extracting(Job::createdAt).containsExactly(NOW.minusSeconds(1));
    }

    @Test
    void noTwoWorkersGetOneJob() throws Exception {
        int count = 200;
        for (int i = 0; i < count; i++) {
            promise(NOW);
        }

        List<List<Job>> claims =
                AtOnce.run(
                        6,
                        _ ->
                                () -> {
                                    List<Job> mine = new ArrayList<>();
                                    List<Job> some = claim(7);
                                    while (!some.isEmpty()) {
                                        mine.addAll(some);
                                        some = claim(7);
                                    }
                                    return mine;
                                });

        List<JobId> all = claims.stream().flatMap(List::stream).map(Job::id).toList();
        assertThat(all).doesNotHaveDuplicates();
        Set<JobId> seen = new HashSet<>(all);
        claim(count).forEach(job -> assertThat(seen.add(job.id())).isTrue());
        assertThat(seen).hasSize(count);
    }

    @Test
    void ofManyWhoEndOneClaimAtOnceOneDoes() throws Exception {
        promise(NOW);
        Job job = claimOne();

        List<Boolean> ended =
                AtOnce.run(
                        6,
                        i ->
                                () ->
                                        switch (i % 3) {
                                            case 0 -> jobs.complete(job, NOW);
                                            case 1 -> jobs.discard(job, "refused", NOW);
                                            default -> jobs.retry(job, "later", NOW);
                                        });

        assertThat(ended).containsOnlyOnce(true);
    }

    @Test
    void aClaimedJobIsDueAgainWhenItsLeaseEndsAndNoSooner() {
        promise(NOW);
        claimOne();

        clock.advance(LEASE.minusMillis(1));
        assertThat(claim(1)).isEmpty();
        clock.advance(Duration.ofMillis(1));
        assertThat(claim(1)).extracting(Job::attempt).containsExactly(2);
    }

    @Test
    void aLeaseThatIsExtendedHoldsLonger() {
        promise(NOW);
        Job job = claimOne();
        clock.advance(LEASE.minusMillis(1));

        assertThat(jobs.extend(job, clock.instant().plus(LEASE))).isTrue();

        clock.advance(LEASE.minusMillis(1));
        assertThat(claim(1)).isEmpty();
        assertThat(jobs.complete(job, clock.instant())).isTrue();
    }

    @Test
    void whoeverLostItsLeaseCanDoNothing() {
        promise(NOW);
        Job lost = claimOne();
        clock.advance(LEASE);
        Job mine = claimOne();
        Map<String, @Nullable String> row = row(mine);

        everyMove().forEach(move -> assertThat(move.test(lost)).isFalse());

        assertThat(row(mine)).isEqualTo(row);
        assertThat(jobs.complete(mine, clock.instant())).isTrue();
    }

    @Test
    void aJobThatIsDoneIsDone() {
        promise(NOW);
        Job job = claimOne();
        assertThat(jobs.complete(job, NOW)).isTrue();
        Map<String, @Nullable String> row = row(job);

        everyMove().forEach(move -> assertThat(move.test(job)).isFalse());
        jobs.releaseClaims(NOW);
        clock.advance(Duration.ofDays(365));

        assertThat(claim(1)).isEmpty();
        assertThat(row(job)).isEqualTo(row).containsEntry("state", "completed");
    }

    @Test
    void aDiscardedJobKeepsItsReasonAndIsNeverDueAgain() {
        promise(NOW);
        Job job = claimOne();

        assertThat(jobs.discard(job, "no such mailbox", NOW)).isTrue();

        everyMove().forEach(move -> assertThat(move.test(job)).isFalse());
        clock.advance(Duration.ofDays(365));
        assertThat(claim(1)).isEmpty();
        assertThat(jobs.waiting()).isZero();
        assertThat(row(job))
                .containsEntry("state", "discarded")
                .containsEntry("reason", "no such mailbox");
    }

    @Test
    void aReasonIsFoundByWhatTheJobIsAbout() {
        UUID subject = UUID.randomUUID();
        MailboxId mailbox = TestValues.mailbox();
        promise("notice", subject, Optional.of(mailbox));
        assertThat(reason(tenant, "notice", subject, mailbox)).isEmpty();

        jobs.discard(claimOne(), "refused-550", NOW);

        assertThat(reason(tenant, "notice", subject, mailbox)).contains("refused-550");
        assertThat(reason(tenant, "report", subject, mailbox)).isEmpty();
        assertThat(reason(tenant, "notice", UUID.randomUUID(), mailbox)).isEmpty();
        assertThat(reason(tenant, "notice", subject, TestValues.mailbox())).isEmpty();
        assertThat(reason(TestValues.tenant(), "notice", subject, mailbox)).isEmpty();
    }

    @Test
    void aJobGivenBackIsDueWhenItWasSaid() {
        promise(NOW);
        Job job = claimOne();

        assertThat(jobs.retry(job, "relay away", NOW.plusSeconds(30))).isTrue();

        everyMove().forEach(move -> assertThat(move.test(job)).isFalse());
        assertThat(jobs.waiting()).isEqualTo(1);
        clock.advance(Duration.ofSeconds(29));
        assertThat(claim(1)).isEmpty();
        clock.advance(Duration.ofSeconds(1));
        assertThat(claim(1)).extracting(Job::attempt).containsExactly(2);
    }

    @Test
    void whatNobodyClaimedCannotBeEnded() {
        promise(NOW);
        Job never =
                new Job(
                        new JobId(UUID.fromString(onlyJob("job_id"))),
                        tenant,
                        "notice",
                        UUID.randomUUID(),
                        Optional.empty(),
                        0,
                        NOW);

        everyMove().forEach(move -> assertThat(move.test(never)).isFalse());
        assertThat(onlyJob("state")).isEqualTo("available");
    }

    @Test
    void aReleasedClaimIsDueAtOnceAndItsHolderIsFenced() {
        promise(NOW);
        Job killed = claimOne();

        jobs.releaseClaims(clock.instant());

        everyMove().forEach(move -> assertThat(move.test(killed)).isFalse());
        assertThat(claim(1)).extracting(Job::attempt).containsExactly(2);
        everyMove().forEach(move -> assertThat(move.test(killed)).isFalse());
    }

    @Test
    void aReasonIsOneOfOurOwnShortWords() {
        promise(NOW);
        Job job = claimOne();

        assertThat(jobs.extend(job, NOW.plus(LEASE))).isTrue();
        assertThatExceptionOfType(DataIntegrityViolationException.class)
                .isThrownBy(() -> jobs.discard(job, "r".repeat(41), NOW));
        assertThat(jobs.discard(job, "r".repeat(40), NOW)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "state = 'available'",
                "state = 'retryable'",
                "finished_at = NULL",
                "state = 'failed'",
                "attempt = -1",
            })
    void theDatabaseItselfRefusesAMoveThatIsNotInTheDrawing(String move) {
        promise(NOW);
        jobs.complete(claimOne(), NOW);

        assertThatExceptionOfType(DataIntegrityViolationException.class)
                .isThrownBy(() -> sql.sql("UPDATE job SET " + move).update());
    }

    private Optional<String> reason(TenantId of, String kind, UUID subject, MailboxId mailbox) {
        return jobs.outcome(of, kind, subject, mailbox).map(JobOutcome::reason);
    }

    private List<Predicate<Job>> everyMove() {
        return List.of(
                it -> jobs.complete(it, NOW),
                it -> jobs.discard(it, "refused", NOW),
                it -> jobs.retry(it, "later", NOW),
                it -> jobs.extend(it, NOW.plus(LEASE)));
    }

    private void promise(Instant at) {
        jobs.insertIfAbsent(tenant, id(), "notice", UUID.randomUUID(), Optional.empty(), at);
    }

    private void promise(String kind, UUID subject, Optional<MailboxId> mailbox) {
        jobs.insertIfAbsent(tenant, id(), kind, subject, mailbox, NOW);
    }

    private List<Job> claim(int max) {
        return jobs.claim(max, clock.instant(), LEASE);
    }

    private Job claimOne() {
        List<Job> claimed = claim(1);
        assertThat(claimed).hasSize(1);
        return claimed.getFirst();
    }

    private String onlyJob(String column) {
        return sql.sql("SELECT " + column + "::text FROM job").query(String.class).single();
    }

    private Map<String, @Nullable String> row(Job job) {
        return Rows.one(sql, "SELECT * FROM job WHERE job_id = ?", job.id().value());
    }

    private static JobId id() {
        return new JobId(UUID.randomUUID());
    }
}
