package org.postern.notifications.job;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import org.postern.db.Step;
import org.postern.db.Steps;
import org.postern.db.store.Job;
import org.postern.db.store.JobStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/// Claims due jobs and has them done, each on a virtual thread, until it is closed.
///
/// Any number of workers may share a database: a claim is a lease with the attempt number as fence.
/// A worker that is killed loses nothing; its jobs come due when the leases end.
public final class JobWorker implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(JobWorker.class);

    /// The longest pause between looks at a database that is away.
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    /// How a worker works.
    ///
    /// @param atOnce how many jobs run at the same time
    /// @param lease how long after a worker's death its jobs are taken over; renewed while it lives
    /// @param longestRun after which a lease is renewed no more, and the attempt is interrupted
    /// @param look how often to look for due jobs when nobody wakes it
    /// @param farewell how long [#close] lets running jobs finish
    public record Pace(
            int atOnce, Duration lease, Duration longestRun, Duration look, Duration farewell) {

        public static final Pace DEFAULT =
                new Pace(
                        16,
                        Duration.ofSeconds(60),
                        Duration.ofMinutes(20),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(20));
    }

    private final JobStore jobs;
    private final Pace pace;
    private final Clock clock;
    private final Steps steps;
    private final Attempts attempts;
    private final Leases leases;
    private final Semaphore free;
    private final Semaphore woken = new Semaphore(0);
    private final AtomicBoolean closing = new AtomicBoolean();
    private final Thread claiming;
    private final Thread renewing;

    public JobWorker(
            JobStore jobs,
            List<JobHandler> handlers,
            Pace pace,
            Clock clock,
            RandomGenerator random,
            Steps steps) {
        this.jobs = jobs;
        this.pace = pace;
        this.clock = clock;
        this.steps = steps;
        this.attempts = new Attempts(jobs, handlers, clock, random, steps);
        this.leases = new Leases(jobs, pace.lease(), pace.longestRun(), clock);
        this.free = new Semaphore(pace.atOnce());
        this.claiming = Thread.ofVirtual().name("job-claims").unstarted(this::claim);
        this.renewing = Thread.ofVirtual().name("job-leases").unstarted(leases::keep);
    }

    /// Begins. The database may still be away.
    public void start() {
        claiming.start();
        renewing.start();
    }

    /// Has the worker look for due jobs now. Cheap; loses nothing if never called.
    public void wake() {
        if (woken.availablePermits() == 0) {
            woken.release();
        }
    }

    /// Claims no more, lets running jobs finish for a while, then interrupts them; they come due
    /// again at once.
    @Override
    public void close() {
        if (!closing.compareAndSet(false, true)) {
            return;
        }
        wake(); // rather than interrupt: an interrupted claim would leave jobs to their leases
        int idle = 0;
        try {
            idle = awaitIdle();
            if (idle == 0) {
                leases.interruptAll();
                idle = awaitIdle();
            }
        } catch (InterruptedException e) {
            leases.interruptAll();
            Thread.currentThread().interrupt();
        } finally {
            renewing.interrupt();
            free.release(idle);
        }
    }

    private int awaitIdle() throws InterruptedException {
        int all = pace.atOnce();
        return free.tryAcquire(all, pace.farewell().toMillis(), TimeUnit.MILLISECONDS) ? all : 0;
    }

    private void claim() {
        Duration pause = pace.look();
        try {
            while (!closing.get()) {
                try {
                    boolean more = claimAndRun();
                    pause = pace.look();
                    if (more) {
                        continue;
                    }
                } catch (DataAccessException | TransactionException e) {
                    log.warn("jobs wait for the database: reason={}", e.getClass().getSimpleName());
                    pause = longer(pause);
                } catch (RuntimeException e) {
                    log.error("jobs not claimed: reason=internal", Traceback.of(e));
                    pause = longer(pause);
                }
                if (woken.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                    woken.drainPermits();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Fills what is free with due jobs; waits while nothing is.
    ///
    /// @return whether there may be more to claim
    private boolean claimAndRun() throws InterruptedException {
        free.acquire();
        int room = 1 + free.drainPermits();
        int started = 0;
        try {
            if (closing.get()) {
                return false;
            }
            for (Job job : jobs.claim(room, clock.instant(), pace.lease())) {
                steps.reached(Step.JOB_CLAIMED);
                run(job);
                started++;
            }
        } finally {
            free.release(room - started);
        }
        return started == room;
    }

    private void run(Job job) {
        Thread.ofVirtual()
                .name("job-" + job.id())
                .start(() -> {
                    try (Leases.Lease lease = leases.begin(job)) {
                        attempts.make(lease);
                    } finally {
                        free.release();
                    }
                });
    }

    private static Duration longer(Duration pause) {
        Duration twice = pause.multipliedBy(2);
        return twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
    }
}
