package org.postern.notifications.job;

import java.time.Clock;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/// Renews the leases of what this worker is doing, so that a lease can be short and a mail server
/// or a large message slow.
final class Leases<C> {

    private static final Logger log = LoggerFactory.getLogger(Leases.class);

    private final Work<C> work;
    private final Pace pace;
    private final Clock clock;
    private final Set<Lease<C>> running = ConcurrentHashMap.newKeySet();

    Leases(Work<C> work, Pace pace, Clock clock) {
        this.work = work;
        this.pace = pace;
        this.clock = clock;
    }

    /// Renews the claim's lease until the attempt, which is made on this thread, returns.
    void during(C claim, Consumer<Lease<C>> attempt) {
        Lease<C> lease = new Lease<>(claim, Thread.currentThread(), clock.instant());
        running.add(lease);
        try {
            attempt.accept(lease);
        } finally {
            running.remove(lease);
        }
    }

    /// Whether something was done that the database does not know of yet.
    boolean anyUnwritten() {
        return running.stream().anyMatch(Lease::isUnwritten);
    }

    void interruptAll() {
        running.forEach(lease -> lease.interrupt(Interruption.CLOSING));
    }

    /// Runs until its thread is interrupted.
    void keep() {
        try {
            while (true) {
                Thread.sleep(pace.lease().dividedBy(3));
                renew();
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    void renew() {
        for (Lease<C> lease : running) {
            Instant now = clock.instant();
            if (now.isAfter(lease.since().plus(pace.longestRun()))) {
                lease.interrupt(Interruption.TOO_LONG);
                continue;
            }
            try {
                if (!work.extend(lease.claim(), now.plus(pace.lease()))) {
                    lease.interrupt(Interruption.LEASE_LOST);
                }
            } catch (DataAccessException | TransactionException e) {
                log.warn(
                        "lease not renewed: {}={} reason={}",
                        work.name(),
                        work.id(lease.claim()),
                        e.getClass().getSimpleName());
            }
        }
    }
}
