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

/// Claims due jobs and has their handlers do them, until it is closed.
public final class JobWorker implements AutoCloseable {

    private final Worker<Job> worker;

    /// Does nothing before [#start].
    ///
    /// @param paused whether nothing is to be claimed now
    /// @param transaction on the database of these jobs
    public JobWorker(
            JobStore jobs,
            TransactionOperations transaction,
            List<JobHandler> handlers,
            Pace pace,
            BooleanSupplier paused,
            Clock clock,
            RandomGenerator random,
            Steps steps) {
        Attempts attempts = new Attempts(jobs, transaction, handlers, clock, random, steps);
        this.worker = new Worker<>(new JobWork(jobs, attempts, steps), pace, clock, paused);
    }

    /// Begins. The database may still be away.
    public void start() {
        worker.start();
    }

    /// Has the worker look for due jobs now. Cheap; loses nothing if never called.
    public void wake() {
        worker.wake();
    }

    /// Claims no more, lets running jobs finish for a while, then interrupts them; they come due
    /// again at once.
    @Override
    public void close() {
        worker.close();
    }

    record JobWork(JobStore jobs, Attempts attempts, Steps steps) implements Work<Job> {

        @Override
        public String name() {
            return "job";
        }

        @Override
        public UUID id(Job job) {
            return job.id().value();
        }

        @Override
        public List<Job> claim(int max, Instant now, Duration lease) {
            List<Job> claimed = jobs.claim(max, now, lease);
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
