package org.postern.notifications.job;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.postern.db.Step;
import org.postern.db.Steps;
import org.postern.db.store.Job;
import org.postern.db.store.JobStore;
import org.springframework.transaction.support.TransactionOperations;

/// Claims due jobs and has their handlers do them, until it is closed. What somebody waits for has
/// hands of its own: no slow mail server keeps it waiting.
public final class JobWorker implements AutoCloseable {

    private final List<Worker<Job>> workers;
    private final JobCounts counts;

    /// Does nothing before [#start].
    ///
    /// @param paused whether nothing is to be claimed now
    /// @param transaction on the database of these jobs
    public JobWorker(
            JobStore jobs,
            TransactionOperations transaction,
            List<JobHandler> handlers,
            KeptReplies replies,
            Flow flow,
            Pace pace,
            BooleanSupplier paused,
            Clock clock,
            RandomGenerator random,
            Steps steps) {
        this.counts = new JobCounts(handlers);
        Outcomes outcomes =
                new Outcomes(jobs, transaction, handlers, replies, counts, clock, random, steps);
        Attempts attempts = new Attempts(handlers, outcomes, flow.rate());
        this.workers =
                List.of(
                        new Worker<>(
                                new JobWork(
                                        "job",
                                        jobs,
                                        attempts,
                                        steps,
                                        (max, now, lease) ->
                                                flow.held().getAsBoolean()
                                                        ? jobs.claimElsewhere(max, now, lease)
                                                        : jobs.claim(
                                                                max, now, lease, flow.atOnce())),
                                pace,
                                clock,
                                paused),
                        new Worker<>(
                                new JobWork("urgent-job", jobs, attempts, steps, jobs::claimUrgent),
                                pace,
                                clock,
                                paused));
    }

    /// Begins. The database may still be away.
    public void start() {
        workers.forEach(Worker::start);
    }

    /// Has the worker look for due jobs now. Cheap; loses nothing if never called.
    public void wake() {
        workers.forEach(Worker::wake);
    }

    /// What came of attempts, for whoever watches.
    public JobCounts counts() {
        return counts;
    }

    /// Claims no more, lets running jobs finish for a while, then interrupts them; they come due
    /// again at once.
    @Override
    public void close() {
        workers.forEach(Worker::close);
    }

    @FunctionalInterface
    interface Claim {
        List<Job> take(int max, Instant now, Duration lease);
    }

    record JobWork(String name, JobStore jobs, Attempts attempts, Steps steps, Claim claim)
            implements Work<Job> {

        @Override
        public UUID id(Job job) {
            return job.id().value();
        }

        @Override
        public List<Job> claim(int max, Instant now, Duration lease) {
            List<Job> claimed = claim.take(max, now, lease);
            claimed.forEach(_ -> steps.reached(Step.JOB_CLAIMED));
            return claimed;
        }

        @Override
        public boolean extend(Job job, Instant leaseEnd) {
            return jobs.extend(job, leaseEnd);
        }

        @Override
        public void attempt(Lease<Job> lease) {
            attempts.make(lease);
        }
    }
}
