package org.postern.server;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.postern.db.store.ArrivalStore;
import org.postern.keys.ledger.DamagedLedgerException;
import org.postern.keys.ledger.KeyLedger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/// What the holder of the keys does by itself: carries rotations out, destroys spool keys when
/// nothing needs them, and warns once a day of keys that get old. A long rotation holds up nothing
/// else.
final class KeyCare implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(KeyCare.class);

    private static final Duration ROTATION = Duration.ofMinutes(1);
    private static final Duration TIDYING = Duration.ofHours(1);
    private static final Duration WARNING = Duration.ofDays(1);
    private static final Duration FAREWELL = Duration.ofSeconds(5);

    private final KeyLedger ledger;
    private final ArrivalStore arrivals;
    private final Clock clock;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread = Thread.ofVirtual().name("key-care").unstarted(this::run);
    private @Nullable Instant tidied;
    private @Nullable Instant warned;

    /// Does nothing before [#start].
    KeyCare(KeyLedger ledger, ArrivalStore arrivals, Clock clock) {
        this.ledger = ledger;
        this.arrivals = arrivals;
        this.clock = clock;
    }

    void start() {
        thread.start();
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            if (!thread.join(FAREWELL)) {
                thread.interrupt(); // what is broken off goes on at the next start
            }
        } catch (IllegalThreadStateException neverStarted) {
            // nothing to stop
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            do {
                try {
                    careOnce();
                } catch (DataAccessException | TransactionException e) {
                    log.warn(
                            "keys are looked after later: reason={}", e.getClass().getSimpleName());
                } catch (DamagedLedgerException e) {
                    log.error("keys are not looked after: reason={}", e.getMessage());
                }
            } while (!closed.await(ROTATION.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void careOnce() {
        Instant now = clock.instant();
        ledger.rotation().sweep();
        if (isOver(tidied, TIDYING, now)) {
            ledger.rotation().forgetUnneeded();
            ledger.spoolKeyEnd().run(arrivals.oldestSpoolKey());
            tidied = now;
        }
        if (isOver(warned, WARNING, now)) {
            ledger.inventory().meetRoot();
            KeyAges.warnings(ledger.inventory().madeAt(), now)
                    .forEach(warning -> log.warn("keys get old: {}", warning));
            warned = now;
        }
    }

    private static boolean isOver(@Nullable Instant last, Duration pause, Instant now) {
        return last == null || !now.isBefore(last.plus(pause));
    }
}
