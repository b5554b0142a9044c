package org.postern.mail.delivery;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.db.Step;
import org.postern.db.Steps;
import org.postern.db.store.Arrival;
import org.postern.db.store.ArrivalStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/// Claims arrivals and has them delivered until it is closed. Any number of workers may share a
/// database: a claim is a lease with the attempt number as fence.
public final class DeliveryWorker implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(DeliveryWorker.class);

    /// Longer than the largest message takes to index on a slow machine.
    private static final Duration LEASE = Duration.ofMinutes(5);

    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration LONGEST_RETRY = Duration.ofMinutes(10);
    private static final int AT_ONCE = 8;

    private final Delivery delivery;
    private final ArrivalStore arrivals;
    private final Runnable afterDelivery;
    private final Clock clock;
    private final Steps steps;
    private final Semaphore free = new Semaphore(AT_ONCE);
    private final Semaphore woken = new Semaphore(0);
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread claiming =
            Thread.ofVirtual().name("delivery-claims").unstarted(this::claim);

    /// Does nothing before [#start].
    ///
    /// @param afterDelivery wakes whoever does the jobs promised
    public DeliveryWorker(
            Delivery delivery,
            ArrivalStore arrivals,
            Runnable afterDelivery,
            Clock clock,
            Steps steps) {
        this.delivery = delivery;
        this.arrivals = arrivals;
        this.afterDelivery = afterDelivery;
        this.clock = clock;
        this.steps = steps;
    }

    /// Begins. The database may still be away.
    public void start() {
        claiming.start();
    }

    /// Has the worker look for due arrivals now. Cheap; loses nothing if never called.
    public void wake() {
        if (woken.availablePermits() == 0) {
            woken.release();
        }
    }

    /// Claims no more and waits for what is under way.
    @Override
    public void close() {
        closing.countDown();
        wake(); // rather than interrupt: an interrupted claim would leave arrivals to their leases
        try {
            claiming.join();
            free.acquire(AT_ONCE);
            free.release(AT_ONCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void claim() {
        Duration pause = LOOK;
        try {
            while (closing.getCount() > 0) {
                try {
                    if (claimAndDeliver()) {
                        pause = LOOK;
                        continue;
                    }
                    pause = LOOK;
                } catch (RuntimeException e) {
                    log.warn("deliveries wait: reason={}", e.getClass().getSimpleName());
                    pause =
                            pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0
                                    ? pause.multipliedBy(2)
                                    : LONGEST_PAUSE;
                }
                if (woken.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                    woken.drainPermits();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Fills what is free with due arrivals; waits if nothing is.
    ///
    /// @return whether there may be more to claim
    private boolean claimAndDeliver() throws InterruptedException {
        free.acquire();
        int room = 1 + free.drainPermits();
        int started = 0;
        try {
            if (closing.getCount() == 0) {
                return false;
            }
            List<Arrival> due = arrivals.claim(room, clock.instant(), LEASE);
            for (Arrival arrival : due) {
                steps.reached(Step.ARRIVAL_CLAIMED);
                Thread.ofVirtual().name("delivery").start(() -> attempt(arrival));
                started++;
            }
        } finally {
            free.release(room - started);
        }
        return started == room;
    }

    private void attempt(Arrival arrival) {
        try {
            if (delivery.deliver(arrival)) {
                log.info(
                        "message delivered: tenant={} message={} attempt={}",
                        arrival.header().tenant(),
                        arrival.header().object(),
                        arrival.attempt());
                afterDelivery.run();
            }
        } catch (OpeningFailedException e) {
            log.error(
                    "an arrival does not open and waits for a person: tenant={} message={}"
                            + " attempt={}",
                    arrival.header().tenant(),
                    arrival.header().object(),
                    arrival.attempt());
            retry(arrival);
        } catch (IOException | RuntimeException e) {
            // The class alone: a database's message may quote a row.
            log.warn(
                    "delivery will be tried again: message={} attempt={} reason={}",
                    arrival.header().object(),
                    arrival.attempt(),
                    e.getClass().getSimpleName());
            retry(arrival);
        } finally {
            free.release();
        }
    }

    private void retry(Arrival arrival) {
        Duration delay = FIRST_RETRY.multipliedBy(1L << Math.min(arrival.attempt(), 20));
        try {
            arrivals.retry(
                    arrival,
                    clock.instant()
                            .plus(delay.compareTo(LONGEST_RETRY) < 0 ? delay : LONGEST_RETRY));
        } catch (DataAccessException | TransactionException e) {
            log.warn(
                    "an arrival stays claimed until its lease ends: message={}",
                    arrival.header().object());
        }
    }
}
