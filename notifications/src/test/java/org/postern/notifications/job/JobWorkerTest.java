package org.postern.notifications.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postern.crypto.sealed.UuidV7;
import org.postern.db.Step;
import org.postern.db.TenantId;
import org.postern.db.store.Job;
import org.postern.db.store.JobStore;
import org.postern.db.store.TenantStore;
import org.postern.notifications.LogLines;
import org.postern.notifications.SettableClock;
import org.postern.notifications.TestDatabases;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.transaction.support.TransactionTemplate;

class JobWorkerTest {

    private static final Instant START = Instant.parse("2026-11-23T10:00:00Z");
    private static final Pace PACE =
            new Pace(
                    4,
                    Duration.ofSeconds(60),
                    Duration.ofMinutes(20),
                    Duration.ofMillis(20),
                    Duration.ofSeconds(10));

    /// Half way: no jitter.
    private static final RandomGenerator NO_JITTER = () -> Long.MIN_VALUE;

    private final SettableClock clock = new SettableClock(START);
    private final AtomicBoolean paused = new AtomicBoolean();
    private final AtomicInteger looks = new AtomicInteger();
    private final List<Step> steps = new CopyOnWriteArrayList<>();
    private final List<JobWorker> workers = new ArrayList<>();
    private final TenantId tenant = new TenantId(UUID.randomUUID());
    private final FailingDataSource database = new FailingDataSource(TestDatabases.mail());
    private final JdbcClient sql = JdbcClient.create(database);
    private final JobStore store = new JobStore(sql);
    private final TransactionTemplate transaction =
            new TransactionTemplate(new DataSourceTransactionManager(database));
    private final Jobs jobs = new Jobs(store, new UuidV7(clock, new SecureRandom()), clock);

    @BeforeAll
    static void patience() {
        Awaitility.setDefaultTimeout(Duration.ofSeconds(60)); // for machines that do much else
    }

    @BeforeEach
    void aTenant() {
        new TenantStore(sql).insert(tenant, "Example Clinic", "localhost", Optional.empty(), START);
    }

    @AfterEach
    void closeWorkers() {
        workers.forEach(JobWorker::close);
    }

    @Test
    void aPromisedJobIsDone() {
        List<Job> done = new CopyOnWriteArrayList<>();
        UUID subject = UUID.randomUUID();
        worker(job -> {
            done.add(job);
            return new Outcome.Done();
        });

        promise(subject);

        await().until(() -> row(subject).state().equals("completed"));
        assertThat(done)
                .singleElement()
                .satisfies(job -> {
                    assertThat(job.subject()).isEqualTo(subject);
                    assertThat(job.attempt()).isEqualTo(1);
                });
        assertThat(steps).containsExactly(Step.JOB_CLAIMED, Step.JOB_COMPLETED);
    }

    @Test
    void nothingIsClaimedDuringAMaintenanceAndAllIsDoneAfterwards() {
        paused.set(true);
        List<UUID> subjects = Stream.generate(UUID::randomUUID).limit(20).toList();
        subjects.forEach(this::promise);
        JobWorker worker = worker(_ -> new Outcome.Done());
        await().until(() -> looks.get() > 3);

        assertThat(steps).isEmpty();
        paused.set(false);
        worker.wake();

        await().until(() ->
                subjects.stream().allMatch(each -> row(each).state().equals("completed")));
    }

    @Test
    void aJobOfATransactionThatIsRolledBackNeverWas() {
        transaction.executeWithoutResult(status -> {
            promise(UUID.randomUUID());
            status.setRollbackOnly();
        });

        assertThat(store.waiting()).isZero();
    }

    @Test
    void promisingAgainChangesNothing() {
        UUID subject = UUID.randomUUID();
        promise(subject);
        clock.advance(Duration.ofMinutes(1));
        promise(subject);

        assertThat(store.waiting()).isOne();
        assertThat(row(subject).runAt()).isEqualTo(START);
    }

    @Test
    void twoWorkersDoEveryJobOnce() {
        Map<UUID, AtomicInteger> done = new ConcurrentHashMap<>();
        Function<Job, Outcome> count =
                job -> {
                    done.computeIfAbsent(job.subject(), _ -> new AtomicInteger()).incrementAndGet();
                    return new Outcome.Done();
                };
        for (int i = 0; i < 200; i++) {
            promise(UUID.randomUUID());
        }

        worker(count);
        worker(count);

        await().atMost(Duration.ofSeconds(30)).until(() -> store.waiting() == 0);
        assertThat(done).hasSize(200);
        assertThat(done.values()).allSatisfy(times -> assertThat(times).hasValue(1));
    }

    @Test
    void noMoreJobsRunAtOnceThanTheWorkerMay() {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch full = new CountDownLatch(PACE.atOnce());
        for (int i = 0; i < 20; i++) {
            promise(UUID.randomUUID());
        }

        worker(job -> {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            full.countDown();
            awaitQuietly(full);
            running.decrementAndGet();
            return new Outcome.Done();
        });

        await().until(() -> store.waiting() == 0);
        assertThat(most).hasValue(PACE.atOnce());
    }

    @Test
    void aJobWhoseLeaseRanOutIsDoneByAnotherAndTheFirstChangesNothingAnyMore() {
        UUID subject = UUID.randomUUID();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch secondIsDone = new CountDownLatch(1);
        CountDownLatch firstReturned = new CountDownLatch(1);
        Pace oneHand = new Pace(1, PACE.lease(), PACE.longestRun(), PACE.look(), PACE.farewell());
        JobWorker first =
                worker(
                        oneHand,
                        _ -> {
                            begun.countDown();
                            awaitQuietly(secondIsDone);
                            firstReturned.countDown();
                            return new Outcome.Discard("too-late");
                        });
        promise(subject);
        awaitQuietly(begun);

        clock.advance(PACE.lease());
        worker(_ -> new Outcome.Done());
        await().until(() -> row(subject).state().equals("completed"));
        secondIsDone.countDown();
        awaitQuietly(firstReturned);
        first.close();

        assertThat(row(subject).state()).isEqualTo("completed");
        assertThat(row(subject).attempt()).isEqualTo(2);
        assertThat(steps).containsExactly(Step.JOB_CLAIMED, Step.JOB_CLAIMED, Step.JOB_COMPLETED);
    }

    @Test
    void theFenceStopsWhoeverLostTheJob() {
        UUID subject = UUID.randomUUID();
        promise(subject);
        Job first = store.claim(1, clock.instant(), PACE.lease()).getFirst();
        clock.advance(PACE.lease().plusSeconds(1));
        Job second = store.claim(1, clock.instant(), PACE.lease()).getFirst();

        assertThat(store.extend(first, clock.instant().plusSeconds(1))).isFalse();
        assertThat(store.complete(first, clock.instant())).isFalse();
        assertThat(store.retry(first, "late", clock.instant())).isFalse();
        assertThat(store.discard(first, "late", clock.instant())).isFalse();
        assertThat(store.complete(second, clock.instant())).isTrue();
        assertThat(row(subject).state()).isEqualTo("completed");
    }

    @Test
    void aLeaseIsRenewedWhileTheWorkGoesOn() {
        promise(UUID.randomUUID());
        Leases<Job> leases = leases();
        Job job = store.claim(1, clock.instant(), PACE.lease()).getFirst();
        leases.during(
                job,
                lease -> {
                    for (int minute = 0; minute < 10; minute++) {
                        clock.advance(PACE.lease().minusSeconds(1));
                        leases.renew();
                        assertThat(store.claim(1, clock.instant(), PACE.lease())).isEmpty();
                    }
                    assertThat(lease.end()).isEqualTo(Interruption.NONE);
                });
        clock.advance(PACE.lease());
        leases.renew();
        assertThat(store.claim(1, clock.instant(), PACE.lease())).as("only so long").hasSize(1);
    }

    @Test
    void anAttemptThatTakesTooLongIsInterruptedAndRenewedNoMore() {
        UUID subject = UUID.randomUUID();
        promise(subject);
        Leases<Job> leases = leases();
        Job job = store.claim(1, clock.instant(), PACE.lease()).getFirst();
        leases.during(
                job,
                lease -> {
                    clock.advance(PACE.longestRun().plusSeconds(1));
                    leases.renew();
                    assertThat(Thread.currentThread().isInterrupted()).isTrue();
                    assertThat(lease.end()).isEqualTo(Interruption.TOO_LONG);
                    assertThat(Thread.currentThread().isInterrupted()).isFalse();
                });
        assertThat(row(subject).runAt()).isEqualTo(START.plus(PACE.lease()));
    }

    @Test
    void anAttemptWhoseJobWasTakenOverIsInterrupted() {
        promise(UUID.randomUUID());
        Leases<Job> leases = leases();
        Job job = store.claim(1, clock.instant(), PACE.lease()).getFirst();
        leases.during(
                job,
                lease -> {
                    clock.advance(PACE.lease().plusSeconds(1));
                    assertThat(store.claim(1, clock.instant(), PACE.lease())).hasSize(1);
                    leases.renew();
                    assertThat(lease.end()).isEqualTo(Interruption.LEASE_LOST);
                });
    }

    @Test
    void aJobThatFailsIsTriedAtItsTimesAndThenDiscardedWithTheReason() {
        UUID subject = UUID.randomUUID();
        JobWorker worker = worker(_ -> new Outcome.Retry("relay-away"));
        promise(subject);

        List<Duration> waited = new ArrayList<>();
        int attempt = 1;
        while (true) {
            int made = attempt;
            await().until(() ->
                    row(subject).attempt() == made && !row(subject).state().equals("running"));
            Row row = row(subject);
            assertThat(row.reason()).isEqualTo("relay-away");
            if (row.state().equals("discarded")) {
                break;
            }
            Duration delay = Duration.between(clock.instant(), row.runAt());
            waited.add(delay);
            clock.advance(delay);
            worker.wake();
            attempt++;
        }

        assertThat(waited)
                .startsWith(
                        Duration.ofSeconds(450),
                        Duration.ofMinutes(15),
                        Duration.ofMinutes(30),
                        Duration.ofHours(1));
        assertThat(clock.instant()).isEqualTo(START.plus(Duration.ofDays(5)));
    }

    @Test
    void whatFollowsADiscardedJobIsPromisedWithIt() {
        UUID subject = UUID.randomUUID();
        worker(
                followed(
                        _ -> new Outcome.Discard("refused-550"),
                        job -> jobs.promise(tenant, "follow-up", job.subject(), job.mailbox())));

        promise(subject);

        await().until(() -> count("follow-up", subject) == 1);
        assertThat(row(subject).state()).isEqualTo("discarded");
    }

    @Test
    void aJobIsNotDiscardedWithoutWhatFollows() {
        UUID subject = UUID.randomUUID();
        CountDownLatch tried = new CountDownLatch(1);
        JobWorker worker =
                worker(
                        followed(
                                _ -> new Outcome.Discard("refused-550"),
                                job -> {
                                    jobs.promise(tenant, "follow-up", job.subject(), job.mailbox());
                                    tried.countDown();
                                    throw new DataAccessResourceFailureException("gone");
                                }));

        promise(subject);
        awaitQuietly(tried);
        worker.close();

        assertThat(row(subject).state()).isEqualTo("running");
        assertThat(count("follow-up", subject)).isZero();
    }

    @Test
    void whatFollowsIsNotPromisedForAJobThatAnotherHas() {
        UUID subject = UUID.randomUUID();
        List<Job> followed = new CopyOnWriteArrayList<>();
        JobHandler handler = followed(_ -> new Outcome.Discard("refused-550"), followed::add);
        promise(subject);
        Job lost = store.claim(1, clock.instant(), PACE.lease()).getFirst();
        clock.advance(PACE.lease());
        store.claim(1, clock.instant(), PACE.lease());

        attempts(List.of(handler)).make(new Lease<>(lost, Thread.currentThread(), clock.instant()));

        assertThat(row(subject).state()).isEqualTo("running");
        assertThat(followed).isEmpty();
    }

    @Test
    void aJobThatIsHopelessIsDiscardedAtOnce() {
        UUID subject = UUID.randomUUID();
        worker(_ -> new Outcome.Discard("refused-550"));
        promise(subject);

        await().until(() -> row(subject).state().equals("discarded"));
        assertThat(row(subject).reason()).isEqualTo("refused-550");
    }

    @Test
    void aHandlerThatThrowsIsTriedAgainAndItsWordsAreNotLogged() {
        UUID subject = UUID.randomUUID();
        try (LogLines log = new LogLines()) {
            worker(_ -> {
                throw new IllegalStateException(
                        "patient@example.org", new IllegalArgumentException("CANARY"));
            });
            promise(subject);

            await().until(() -> row(subject).state().equals("retryable"));
            assertThat(row(subject).reason()).isEqualTo("internal");
            assertThat(log.lines())
                    .noneMatch(line -> line.contains("patient") || line.contains("CANARY"))
                    .anyMatch(line -> line.contains("IllegalStateException"));
        }
    }

    @Test
    void aJobThatMetALedgerThatIsAwayIsTriedAgainSoon() {
        UUID subject = UUID.randomUUID();
        worker(_ -> {
            throw new DataAccessResourceFailureException("ledger");
        });
        promise(subject);

        await().until(() -> row(subject).state().equals("retryable"));
        assertThat(row(subject).reason()).isEqualTo("database-away");
        assertThat(row(subject).runAt()).isEqualTo(START.plusSeconds(5));
    }

    @Test
    void aKindThatNobodyKnowsWaitsForANewerRelease() {
        UUID subject = UUID.randomUUID();
        worker(_ -> new Outcome.Done());
        jobs.promise(tenant, "of-tomorrow", subject, Optional.empty());

        await().until(() -> row(subject).state().equals("retryable"));
        assertThat(row(subject).reason()).isEqualTo("kind-unknown");
    }

    @Test
    void theWorkerGoesOnWhenTheDatabaseComesBack() {
        UUID subject = UUID.randomUUID();
        promise(subject);
        database.away = true;
        worker(_ -> new Outcome.Done());
        await().until(() -> database.refusals.get() >= 3);

        database.away = false;

        await().until(() -> row(subject).state().equals("completed"));
    }

    @Test
    void whatWasDoneIsNotDoneAgainBecauseTheDatabaseWasAwayInBetween() {
        UUID subject = UUID.randomUUID();
        AtomicInteger done = new AtomicInteger();
        worker(_ -> {
            database.away = done.incrementAndGet() == 1;
            return new Outcome.Done();
        });
        promise(subject);
        await().until(() -> database.refusals.get() >= 3);

        clock.advance(PACE.lease().plusSeconds(1));
        database.away = false;

        await().until(() -> row(subject).state().equals("completed"));
        assertThat(done).hasValue(1);
    }

    @Test
    void anOutcomeThatAClosingWorkerCannotWriteIsMadeGoodWhenTheLeaseEnds() {
        UUID subject = UUID.randomUUID();
        Pace hurried =
                new Pace(4, PACE.lease(), PACE.longestRun(), PACE.look(), Duration.ofMillis(200));
        JobWorker closing =
                worker(
                        hurried,
                        _ -> {
                            database.away = true;
                            return new Outcome.Done();
                        });
        promise(subject);
        await().until(() -> database.refusals.get() >= 3);
        closing.close();
        database.away = false;
        assertThat(row(subject).state()).isEqualTo("running");

        AtomicInteger again = new AtomicInteger();
        worker(_ -> {
            again.incrementAndGet();
            return new Outcome.Done();
        });
        clock.advance(PACE.lease());

        await().until(() -> row(subject).state().equals("completed"));
        assertThat(again).hasValue(1);
    }

    @Test
    void closingLetsRunningJobsFinish() {
        UUID subject = UUID.randomUUID();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        JobWorker worker =
                worker(_ -> {
                    begun.countDown();
                    awaitQuietly(mayEnd);
                    return new Outcome.Done();
                });
        promise(subject);
        awaitQuietly(begun);
        Thread closing = Thread.ofVirtual().start(worker::close);

        mayEnd.countDown();
        await().until(() -> !closing.isAlive());

        assertThat(row(subject).state()).isEqualTo("completed");
    }

    @Test
    void closingGivesBackWhatDoesNotFinish() {
        UUID subject = UUID.randomUUID();
        CountDownLatch begun = new CountDownLatch(1);
        Pace hurried =
                new Pace(4, PACE.lease(), PACE.longestRun(), PACE.look(), Duration.ofMillis(200));
        JobWorker worker =
                worker(
                        hurried,
                        _ -> {
                            begun.countDown();
                            awaitQuietly(new CountDownLatch(1));
                            return new Outcome.Retry("interrupted");
                        });
        promise(subject);
        awaitQuietly(begun);

        worker.close();

        assertThat(row(subject).state()).isEqualTo("retryable");
        assertThat(row(subject).reason()).isEqualTo("worker-closed");
        assertThat(row(subject).runAt()).isEqualTo(START);
    }

    @Test
    void aWorkerThatWasNeverStartedCloses() {
        new JobWorker(
                        store,
                        transaction,
                        List.of(),
                        KeptReplies.NONE,
                        Flow.FREE,
                        PACE,
                        this::isPaused,
                        clock,
                        NO_JITTER,
                        steps::add)
                .close();
    }

    private boolean isPaused() {
        looks.incrementAndGet();
        return paused.get();
    }

    private Leases<Job> leases() {
        return new Leases<>(
                new JobWorker.JobWork("job", store, attempts(List.of()), steps::add, store::claim),
                PACE,
                clock);
    }

    private Attempts attempts(List<JobHandler> handlers) {
        return new Attempts(
                handlers,
                new Outcomes(
                        store,
                        transaction,
                        handlers,
                        KeptReplies.NONE,
                        new JobCounts(handlers),
                        clock,
                        NO_JITTER,
                        steps::add),
                DestinationRate.UNLIMITED);
    }

    private JobWorker worker(Function<Job, Outcome> handling) {
        return worker(PACE, handling);
    }

    private JobWorker worker(Pace pace, Function<Job, Outcome> handling) {
        JobWorker worker =
                new JobWorker(
                        store,
                        transaction,
                        List.of(handler(handling)),
                        KeptReplies.NONE,
                        Flow.FREE,
                        pace,
                        this::isPaused,
                        clock,
                        NO_JITTER,
                        steps::add);
        workers.add(worker);
        worker.start();
        return worker;
    }

    private JobWorker worker(JobHandler handler) {
        JobWorker worker =
                new JobWorker(
                        store,
                        transaction,
                        List.of(handler),
                        KeptReplies.NONE,
                        Flow.FREE,
                        PACE,
                        this::isPaused,
                        clock,
                        NO_JITTER,
                        steps::add);
        workers.add(worker);
        worker.start();
        return worker;
    }

    private static JobHandler handler(Function<Job, Outcome> handling) {
        return followed(handling, _ -> {});
    }

    private static JobHandler followed(
            Function<Job, Outcome> handling, Consumer<Job> afterDiscarding) {
        return new JobHandler() {
            @Override
            public String kind() {
                return "notice";
            }

            @Override
            public RetryPolicy retries() {
                return RetryPolicy.NOTICE;
            }

            @Override
            public Outcome handle(Job job) {
                return handling.apply(job);
            }

            @Override
            public void discarded(Job job) {
                afterDiscarding.accept(job);
            }
        };
    }

    private void promise(UUID subject) {
        jobs.promise(tenant, "notice", subject, Optional.empty());
    }

    private record Row(String state, int attempt, Instant runAt, String reason) {}

    private Row row(UUID subject) {
        return sql.sql("SELECT * FROM job WHERE kind <> 'follow-up' AND subject_id = :subject")
                .param("subject", subject)
                .query((row, _) ->
                        new Row(
                                row.getString("state"),
                                row.getInt("attempt"),
                                row.getObject("run_at", OffsetDateTime.class).toInstant(),
                                Optional.ofNullable(row.getString("reason")).orElse("")))
                .single();
    }

    private int count(String kind, UUID subject) {
        return sql.sql("SELECT count(*) FROM job WHERE kind = :kind AND subject_id = :subject")
                .param("kind", kind)
                .param("subject", subject)
                .query(Integer.class)
                .single();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static final class FailingDataSource extends DelegatingDataSource {

        volatile boolean away;
        final AtomicInteger refusals = new AtomicInteger();

        FailingDataSource(DataSource database) {
            super(database);
        }

        @Override
        public Connection getConnection() throws SQLException {
            if (away) {
                refusals.incrementAndGet();
                throw new SQLException("connection refused", "08001");
            }
            return super.getConnection();
        }
    }
}
