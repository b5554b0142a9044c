package org.postern.mail.delivery;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.db.IntegrityLog;
import org.postern.db.MessageId;
import org.postern.db.Step;
import org.postern.db.Steps;
import org.postern.db.TenantId;
import org.postern.db.store.Arrival;
import org.postern.db.store.ArrivalStore;
import org.postern.notifications.job.Interruption;
import org.postern.notifications.job.Lease;
import org.postern.notifications.job.Pace;
import org.postern.notifications.job.Work;
import org.postern.notifications.job.Worker;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/// Claims arrivals and has them delivered, until it is closed.
public final class DeliveryWorker implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(DeliveryWorker.class);

    /// Fewer at once than jobs: a delivery reads a whole message.
    private static final Pace PACE =
            new Pace(
                    8,
                    Pace.DEFAULT.lease(),
                    Pace.DEFAULT.longestRun(),
                    Pace.DEFAULT.look(),
                    Pace.DEFAULT.farewell());

    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration LONGEST_RETRY = Duration.ofMinutes(10);

    private final Delivery delivery;
    private final ArrivalStore arrivals;
    private final Runnable afterDelivery;
    private final Clock clock;
    private final Steps steps;
    private final Worker<Arrival> worker;

    /// Does nothing before [#start].
    ///
    /// @param afterDelivery wakes whoever does the jobs promised
    /// @param paused whether nothing is to be claimed now
    public DeliveryWorker(
            Delivery delivery,
            ArrivalStore arrivals,
            Runnable afterDelivery,
            BooleanSupplier paused,
            Clock clock,
            Steps steps) {
        this(delivery, arrivals, afterDelivery, paused, PACE, clock, steps);
    }

    DeliveryWorker(
            Delivery delivery,
            ArrivalStore arrivals,
            Runnable afterDelivery,
            BooleanSupplier paused,
            Pace pace,
            Clock clock,
            Steps steps) {
        this.delivery = delivery;
        this.arrivals = arrivals;
        this.afterDelivery = afterDelivery;
        this.clock = clock;
        this.steps = steps;
        this.worker = new Worker<>(new Deliveries(), pace, clock, paused);
    }

    /// Begins. The database may still be away.
    public void start() {
        worker.start();
    }

    /// Has the worker look for due arrivals now. Cheap; loses nothing if never called.
    public void wake() {
        worker.wake();
    }

    /// Claims no more, lets deliveries finish for a while, then interrupts them; those arrivals
    /// come due again at once.
    @Override
    public void close() {
        worker.close();
    }

    private final class Deliveries implements Work<Arrival> {

        @Override
        public String name() {
            return "delivery";
        }

        @Override
        public UUID id(Arrival arrival) {
            return arrival.header().object();
        }

        @Override
        public List<Arrival> claim(int max, Instant now, Duration lease) {
            List<Arrival> claimed = arrivals.claim(max, now, lease);
            claimed.forEach(_ -> steps.reached(Step.ARRIVAL_CLAIMED));
            return claimed;
        }

        @Override
        public boolean extend(Arrival arrival, Instant leaseEnd) {
            return arrivals.extend(arrival, leaseEnd);
        }

        @Override
        public void attempt(Lease<Arrival> lease) {
            Arrival arrival = lease.claim();
            try {
                boolean delivered = delivery.deliver(arrival);
                lease.end();
                if (delivered) {
                    log.info(
                            "message delivered: tenant={} message={} attempt={}",
                            arrival.header().tenant(),
                            arrival.header().object(),
                            arrival.attempt());
                    afterDelivery.run();
                } else {
                    log.warn(
                            "arrival was taken over: message={} attempt={}",
                            arrival.header().object(),
                            arrival.attempt());
                }
            } catch (OpeningFailedException e) {
                // It stays, and is tried again: a person has to look at it.
                IntegrityLog.message(
                        IntegrityLog.Stored.ARRIVAL,
                        new TenantId(arrival.header().tenant()),
                        new MessageId(arrival.header().object()));
                retry(arrival, lease.end());
            } catch (IOException | RuntimeException e) {
                Interruption interruption = lease.end();
                // The class alone: a database's message may quote a row.
                log.warn(
                        "delivery will be tried again: message={} attempt={} reason={}"
                                + " interruption={}",
                        arrival.header().object(),
                        arrival.attempt(),
                        e.getClass().getSimpleName(),
                        interruption);
                retry(arrival, interruption);
            }
        }
    }

    private void retry(Arrival arrival, Interruption interruption) {
        Instant now = clock.instant();
        try {
            switch (interruption) {
                case NONE, TOO_LONG -> arrivals.retry(arrival, now.plus(delayAfter(arrival)));
                case CLOSING -> arrivals.retry(arrival, now);
                case LEASE_LOST -> {} // it is another's
            }
        } catch (DataAccessException | TransactionException e) {
            log.warn(
                    "an arrival stays claimed until its lease ends: message={}",
                    arrival.header().object());
        }
    }

    private static Duration delayAfter(Arrival arrival) {
        Duration delay = FIRST_RETRY.multipliedBy(1L << Math.min(arrival.attempt(), 20));
        return delay.compareTo(LONGEST_RETRY) < 0 ? delay : LONGEST_RETRY;
    }
}
