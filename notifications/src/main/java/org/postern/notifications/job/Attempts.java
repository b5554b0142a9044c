package org.postern.notifications.job;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.postern.db.store.DestinationStore;
import org.postern.db.store.Job;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/// Makes one attempt at a job. ARCHITECTURE.md, "States of a job".
final class Attempts {

    private static final Logger log = LoggerFactory.getLogger(Attempts.class);

    private static final Duration TRIED_AGAIN = Duration.ofMillis(500);

    private final Map<String, JobHandler> handlers;
    private final Outcomes outcomes;
    private final DestinationRate rate;

    Attempts(List<JobHandler> handlers, Outcomes outcomes, DestinationRate rate) {
        this.handlers =
                handlers.stream().collect(Collectors.toMap(JobHandler::kind, Function.identity()));
        this.outcomes = outcomes;
        this.rate = rate;
    }

    void make(Lease<Job> lease) {
        Job job = lease.claim();
        if (job.resting()) {
            write(lease, job, new Outcome.Retry(DestinationStore.RESTS));
            return;
        }
        Optional<Duration> wait = job.destination().flatMap(rate::take);
        if (wait.isPresent()) {
            putBack(lease, job, wait.get());
            return;
        }
        write(lease, job, attempt(job));
    }

    private void write(Lease<Job> lease, Job job, Outcome outcome) {
        Interruption interruption = lease.end();
        boolean again = true;
        for (int tries = 0; again; tries++) {
            try {
                if (!outcomes.write(job, outcome, interruption)) {
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

    private void putBack(Lease<Job> lease, Job job, Duration wait) {
        lease.end();
        try {
            outcomes.putBack(job, wait);
        } catch (DataAccessException | TransactionException e) {
            log.warn(
                    "job not put back, it comes due when its lease ends: job={} reason={}",
                    job.id(),
                    e.getClass().getSimpleName());
        }
    }

    private Outcome attempt(Job job) {
        return Optional.ofNullable(handlers.get(job.kind()))
                .map(handler -> handle(handler, job))
                // promised by a newer release, of which a worker will come
                .orElseGet(() -> new Outcome.Retry("kind-unknown"));
    }

    private static Outcome handle(JobHandler handler, Job job) {
        try {
            return handler.handle(job);
        } catch (DataAccessException | TransactionException e) {
            log.warn(
                    "attempt failed: job={} kind={} reason={} cause={}",
                    job.id(),
                    job.kind(),
                    Outcomes.DATABASE_AWAY,
                    e.getClass().getSimpleName());
            return new Outcome.Retry(Outcomes.DATABASE_AWAY);
        } catch (RuntimeException | StackOverflowError e) {
            log.error(
                    "attempt failed: job={} kind={} reason=internal",
                    job.id(),
                    job.kind(),
                    Traceback.of(e));
            return new Outcome.Retry("internal");
        }
    }
}
