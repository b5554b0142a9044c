package org.postern.notifications.job;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.postern.db.store.Job;
import org.postern.db.store.JobStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/// Renews the leases of the jobs that this worker is doing, so that a lease can be short and a mail
/// server slow.
final class Leases {

    private static final Logger log = LoggerFactory.getLogger(Leases.class);

    private final JobStore jobs;
    private final Duration length;
    private final Duration longestRun;
    private final Clock clock;
    private final Set<Lease> running = ConcurrentHashMap.newKeySet();

    Leases(JobStore jobs, Duration length, Duration longestRun, Clock clock) {
        this.jobs = jobs;
        this.length = length;
        this.longestRun = longestRun;
        this.clock = clock;
    }

    /// Why an attempt was told to stop.
    enum Interruption {
        NONE,
        /// Another worker has claimed the job.
        LEASE_LOST,
        /// It took longer than an attempt may.
        TOO_LONG,
        /// The worker closes.
        CLOSING
    }

    /// To be called on the thread that does the job.
    Lease begin(Job job) {
        Lease lease = new Lease(job, Thread.currentThread(), clock.instant());
        running.add(lease);
        return lease;
    }

    void interruptAll() {
        running.forEach(lease -> lease.interrupt(Interruption.CLOSING));
    }

    /// Runs until its thread is interrupted.
    void keep() {
        try {
            while (true) {
                Thread.sleep(length.dividedBy(3));
                renew();
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    void renew() {
        for (Lease lease : running) {
            Instant now = clock.instant();
            if (now.isAfter(lease.since.plus(longestRun))) {
                lease.interrupt(Interruption.TOO_LONG);
                continue;
            }
            try {
                if (!jobs.extend(lease.job, now.plus(length))) {
                    lease.interrupt(Interruption.LEASE_LOST);
                }
            } catch (DataAccessException | TransactionException e) {
                log.warn(
                        "lease not renewed: job={} reason={}",
                        lease.job.id(),
                        e.getClass().getSimpleName());
            }
        }
    }

    /// One running attempt. Once [#end] has returned it is interrupted no more, so that its outcome
    /// can be written.
    final class Lease implements AutoCloseable {

        private final Job job;
        private final Thread thread;
        private final Instant since;
        private Interruption interruption = Interruption.NONE;
        private boolean ended;

        private Lease(Job job, Thread thread, Instant since) {
            this.job = job;
            this.thread = thread;
            this.since = since;
        }

        Job job() {
            return job;
        }

        private synchronized void interrupt(Interruption why) {
            if (!ended && interruption == Interruption.NONE) {
                interruption = why;
                thread.interrupt();
            }
        }

        synchronized Interruption end() {
            ended = true;
            Thread.interrupted();
            return interruption;
        }

        @Override
        public void close() {
            running.remove(this);
        }
    }
}
