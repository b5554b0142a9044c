package org.postern.notifications.job;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.postern.db.Step;
import org.postern.db.Steps;
import org.postern.db.store.Job;
import org.postern.db.store.JobStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionOperations;

/// Makes one attempt at a job and writes down what became of it. ARCHITECTURE.md, "States of a
/// job".
final class Attempts {

    private static final Logger log = LoggerFactory.getLogger(Attempts.class);

    private static final String DATABASE_AWAY = "database-away";
    private static final Duration TRIED_AGAIN = Duration.ofMillis(500);

    private final JobStore jobs;
    private final TransactionOperations transaction;
    private final Map<String, JobHandler> handlers;
    private final Clock clock;
    private final RandomGenerator random;
    private final Steps steps;

    Attempts(
            JobStore jobs,
            TransactionOperations transaction,
            List<JobHandler> handlers,
            Clock clock,
            RandomGenerator random,
            Steps steps) {
        this.jobs = jobs;
        this.transaction = transaction;
        this.handlers =
                handlers.stream().collect(Collectors.toMap(JobHandler::kind, Function.identity()));
        this.clock = clock;
        this.random = random;
        this.steps = steps;
    }

    void make(Lease<Job> lease) {
        Job job = lease.claim();
        Optional<JobHandler> handler = Optional.ofNullable(handlers.get(job.kind()));
        Outcome outcome =
                handler.map(h -> handle(h, job))
                        // promised by a newer release, of which a worker will come
                        .orElseGet(() -> new Outcome.Retry("kind-unknown"));
        Interruption interruption = lease.end();
        RetryPolicy retries = handler.map(JobHandler::retries).orElse(RetryPolicy.NOTICE);
        boolean again = true;
        for (int tries = 0; again; tries++) {
            try {
                if (!write(job, outcome, interruption, retries)) {
                    log.warn("job was taken over: job={} attempt={}", job.id(), job.attempt());
                }
                return;
            } catch (DataAccessException | TransactionException e) {
                if (tries == 0) {
                    log.warn(
                            "outcome not written yet: job={} reason={}",
                            job.id(),
                            e.getClass().getSimpleName());
                }
                // A mail that the relay has must not be handed to it once more because a database
                // was away in between.
                again = lease.awaitNextTry(TRIED_AGAIN);
            }
        }
        log.warn("outcome not written, the job comes due when its lease ends: job={}", job.id());
    }

    private static Outcome handle(JobHandler handler, Job job) {
        try {
            return handler.handle(job);
        } catch (DataAccessException | TransactionException e) {
            log.warn(
                    "attempt failed: job={} kind={} reason={} cause={}",
                    job.id(),
                    job.kind(),
                    DATABASE_AWAY,
                    e.getClass().getSimpleName());
            return new Outcome.Retry(DATABASE_AWAY);
        } catch (RuntimeException | StackOverflowError e) {
            log.error(
                    "attempt failed: job={} kind={} reason=internal",
                    job.id(),
                    job.kind(),
                    Traceback.of(e));
            return new Outcome.Retry("internal");
        }
    }

    /// @return false if another worker has the job now
    private boolean write(
            Job job, Outcome outcome, Interruption interruption, RetryPolicy retries) {
        return switch (outcome) {
            case Outcome.Done _ -> complete(job);
            case Outcome.Discard(String reason) -> discard(job, reason);
            case Outcome.Retry(String reason) ->
                    switch (interruption) {
                        case NONE ->
                                retry(
                                        job,
                                        reason,
                                        reason.equals(DATABASE_AWAY)
                                                ? RetryPolicy.OUTAGE
                                                : retries);
                        case TOO_LONG -> retry(job, "took-too-long", retries);
                        case CLOSING -> jobs.retry(job, "worker-closed", clock.instant());
                        case LEASE_LOST -> false;
                    };
        };
    }

    private boolean complete(Job job) {
        boolean completed = jobs.complete(job, clock.instant());
        if (completed) {
            steps.reached(Step.JOB_COMPLETED);
            log.info(
                    "job completed: tenant={} job={} kind={} attempt={}",
                    job.tenant(),
                    job.id(),
                    job.kind(),
                    job.attempt());
        }
        return completed;
    }

    private boolean retry(Job job, String reason, RetryPolicy retries) {
        Instant now = clock.instant();
        Duration age = Duration.between(job.createdAt(), now);
        Optional<Duration> delay = retries.delayAfter(job.attempt(), age, random.nextDouble());
        if (delay.isEmpty()) {
            return discard(job, reason);
        }
        log.info(
                "job waits: tenant={} job={} kind={} attempt={} reason={} delay={}",
                job.tenant(),
                job.id(),
                job.kind(),
                job.attempt(),
                reason,
                delay.get());
        Instant next = now.plus(delay.get());
        return age.compareTo(RetryPolicy.LATE) < 0
                ? jobs.retry(job, reason, next)
                : retryLate(job, reason, next);
    }

    private boolean retryLate(Job job, String reason, Instant next) {
        return Boolean.TRUE.equals(
                transaction.execute(_ -> {
                    boolean waits = jobs.retry(job, reason, next);
                    if (waits) {
                        Optional.ofNullable(handlers.get(job.kind()))
                                .ifPresent(handler -> handler.late(job));
                    }
                    return waits;
                }));
    }

    private boolean discard(Job job, String reason) {
        log.warn(
                "job discarded: tenant={} job={} kind={} attempt={} reason={}",
                job.tenant(),
                job.id(),
                job.kind(),
                job.attempt(),
                reason);
        return Boolean.TRUE.equals(
                transaction.execute(_ -> {
                    boolean discarded = jobs.discard(job, reason, clock.instant());
                    if (discarded) {
                        Optional.ofNullable(handlers.get(job.kind()))
                                .ifPresent(handler -> handler.discarded(job));
                    }
                    return discarded;
                }));
    }
}
