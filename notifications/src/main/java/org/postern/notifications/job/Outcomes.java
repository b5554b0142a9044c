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
import org.postern.db.store.JobNote;
import org.postern.db.store.JobState;
import org.postern.db.store.JobStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.support.TransactionOperations;

/// Writes down what became of an attempt, and what follows of it for whoever else waits for the
/// same destination.
final class Outcomes {

    static final String DATABASE_AWAY = "database-away";

    private static final Logger log = LoggerFactory.getLogger(Outcomes.class);

    private final JobStore jobs;
    private final TransactionOperations transaction;
    private final Map<String, JobHandler> handlers;
    private final KeptReplies replies;
    private final JobCounts counts;
    private final Clock clock;
    private final RandomGenerator random;
    private final Steps steps;

    Outcomes(
            JobStore jobs,
            TransactionOperations transaction,
            List<JobHandler> handlers,
            KeptReplies replies,
            JobCounts counts,
            Clock clock,
            RandomGenerator random,
            Steps steps) {
        this.jobs = jobs;
        this.transaction = transaction;
        this.handlers =
                handlers.stream().collect(Collectors.toMap(JobHandler::kind, Function.identity()));
        this.replies = replies;
        this.counts = counts;
        this.clock = clock;
        this.random = random;
        this.steps = steps;
    }

    /// Writes it in the job, if this attempt still holds it.
    ///
    /// @return false if another worker has the job now
    boolean write(Job job, Outcome outcome, Interruption interruption) {
        RetryPolicy retries = handler(job).map(JobHandler::retries).orElse(RetryPolicy.NOTICE);
        JobNote note = note(job, outcome);
        boolean written =
                switch (outcome) {
                    case Outcome.Done _ -> complete(job, note);
                    case Outcome.Discard(String reason, _) -> discard(job, reason, note);
                    case Outcome.Retry(String reason, _) ->
                            switch (interruption) {
                                case NONE ->
                                        retry(job, reason, policy(outcome, reason, retries), note);
                                case TOO_LONG -> retry(job, "took-too-long", retries, note);
                                case CLOSING ->
                                        jobs.retry(job, "worker-closed", clock.instant(), note);
                                case LEASE_LOST -> false;
                            };
                };
        if (written) {
            tellDestination(job, outcome);
        }
        return written;
    }

    private static RetryPolicy policy(Outcome outcome, String reason, RetryPolicy own) {
        boolean relayAway = concerns(outcome, Concern.RELAY) && !own.life().isZero();
        return relayAway || reason.equals(DATABASE_AWAY) ? RetryPolicy.OUTAGE : own;
    }

    private static boolean concerns(Outcome outcome, Concern concern) {
        return outcome.answer().filter(answer -> answer.concern() == concern).isPresent();
    }

    /// Gives a job back untried: its destination has had enough for now.
    void putBack(Job job, Duration wait) {
        Instant now = clock.instant();
        jobs.putBack(job, "destination-rate", now, now.plus(wait));
    }

    private JobNote note(Job job, Outcome outcome) {
        return outcome.answer()
                .map(answer ->
                        new JobNote(
                                Optional.of(answer.relay()),
                                answer.reply()
                                        .flatMap(reply ->
                                                replies.seal(job.tenant(), job.id(), reply))))
                .orElse(JobNote.NONE);
    }

    /// What one job heard of its destination holds for all that go there. If this cannot be written
    /// the next job hears the same.
    private void tellDestination(Job job, Outcome outcome) {
        try {
            noteDestination(job, outcome);
        } catch (DataAccessException e) {
            log.warn(
                    "what a destination did is not noted: job={} reason={}",
                    job.id(),
                    e.getClass().getSimpleName());
        }
    }

    private void noteDestination(Job job, Outcome outcome) {
        if (job.destination().isEmpty() || outcome.answer().isEmpty()) {
            return;
        }
        Instant now = clock.instant();
        boolean deferred =
                outcome instanceof Outcome.Retry && concerns(outcome, Concern.DESTINATION);
        if (!deferred && !(outcome instanceof Outcome.Retry)) {
            jobs.destinations().answered(job.destination().get(), now);
        } else if (deferred && jobs.destinations().deferred(job.destination().get(), now)) {
            log.info("destination rests: tenant={} job={}", job.tenant(), job.id());
        }
    }

    private Optional<JobHandler> handler(Job job) {
        return Optional.ofNullable(handlers.get(job.kind()));
    }

    private boolean complete(Job job, JobNote note) {
        boolean completed =
                Boolean.TRUE.equals(
                        transaction.execute(_ -> {
                            boolean own = jobs.complete(job, clock.instant(), note);
                            if (own) {
                                handler(job).ifPresent(handler -> handler.completed(job));
                            }
                            return own;
                        }));
        if (completed) {
            counts.count(job.kind(), JobState.COMPLETED);
            steps.reached(Step.JOB_COMPLETED);
            log.info(
                    "job completed: tenant={} job={} kind={} attempt={} relay={}",
                    job.tenant(),
                    job.id(),
                    job.kind(),
                    job.attempt(),
                    note.relay().orElse("none"));
        }
        return completed;
    }

    private boolean retry(Job job, String reason, RetryPolicy retries, JobNote note) {
        Instant now = clock.instant();
        Duration age = Duration.between(job.createdAt(), now);
        Optional<Duration> delay = retries.delayAfter(job.attempt(), age, random.nextDouble());
        if (delay.isEmpty()) {
            return discard(job, reason, note);
        }
        counts.count(job.kind(), JobState.RETRYABLE);
        log.info(
                "job waits: tenant={} job={} kind={} attempt={} reason={} relay={} delay={}",
                job.tenant(),
                job.id(),
                job.kind(),
                job.attempt(),
                reason,
                note.relay().orElse("none"),
                delay.get());
        Instant next = now.plus(delay.get());
        return Boolean.TRUE.equals(
                transaction.execute(_ -> {
                    boolean waits = jobs.retry(job, reason, next, note);
                    if (waits) {
                        handler(job).ifPresent(handler -> follow(handler, job, reason, age));
                    }
                    return waits;
                }));
    }

    private static void follow(JobHandler handler, Job job, String reason, Duration age) {
        handler.waits(job, reason);
        if (age.compareTo(RetryPolicy.LATE) >= 0) {
            handler.late(job);
        }
    }

    private boolean discard(Job job, String reason, JobNote note) {
        counts.count(job.kind(), JobState.DISCARDED);
        log.warn(
                "job discarded: tenant={} job={} kind={} attempt={} reason={} relay={}",
                job.tenant(),
                job.id(),
                job.kind(),
                job.attempt(),
                reason,
                note.relay().orElse("none"));
        return Boolean.TRUE.equals(
                transaction.execute(_ -> {
                    boolean discarded = jobs.discard(job, reason, clock.instant(), note);
                    if (discarded) {
                        handler(job).ifPresent(handler -> handler.discarded(job));
                    }
                    return discarded;
                }));
    }
}
