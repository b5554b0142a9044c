package org.postern.notifications.job;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/// Claims due work and has it done, each claim on a virtual thread, until it is closed.
///
/// Any number of workers may share a database: a claim is a lease with the attempt number as fence.
/// A worker that is killed loses nothing; what it had claimed comes due when the leases end.
public final class Worker<C> implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Worker.class);

    /// The longest pause between looks at a database that is away.
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    /// How long several may be waited for to be done, before others are claimed.
    private static final Duration GATHERING = Duration.ofMillis(20);

    private final Work<C> work;
    private final Pace pace;
    private final Clock clock;
    private final BooleanSupplier paused;
    private final Leases<C> leases;
    private final Semaphore free;
    private final Semaphore woken = new Semaphore(0);
    private final AtomicBoolean closing = new AtomicBoolean();
    private final Thread claiming;
    private final Thread renewing;

    /// Does nothing before [#start].
    ///
    /// @param paused whether nothing is to be claimed now; what runs is finished
    public Worker(Work<C> work, Pace pace, Clock clock, BooleanSupplier paused) {
        this.work = work;
        this.pace = pace;
        this.clock = clock;
        this.paused = paused;
        this.leases = new Leases<>(work, pace, clock);
        this.free = new Semaphore(pace.atOnce());
        this.claiming = Thread.ofVirtual().name(work.name() + "-claims").unstarted(this::claim);
        this.renewing = Thread.ofVirtual().name(work.name() + "-leases").unstarted(leases::keep);
    }

    /// Begins. The database may still be away.
    public void start() {
        claiming.start();
        renewing.start();
    }

    /// Has the worker look for due work now. Cheap; loses nothing if never called.
    public void wake() {
        if (woken.availablePermits() == 0) {
            woken.release();
        }
    }

    /// Claims no more, lets attempts finish for a while, then interrupts them; what they were about
    /// comes due again at once.
    @Override
    public void close() {
        if (!closing.compareAndSet(false, true)) {
            return;
        }
        wake(); // rather than interrupt: an interrupted claim would leave work to its lease
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
        boolean more = false;
        try {
            while (!closing.get()) {
                try {
                    more = claimAndRun(more);
                    pause = pace.look();
                    if (more) {
                        continue;
                    }
                } catch (DataAccessException | TransactionException e) {
                    log.warn(
                            "work waits for the database: work={} reason={}",
                            work.name(),
                            e.getClass().getSimpleName());
                    pause = longer(pause);
                } catch (RuntimeException e) {
                    log.error(
                            "work not claimed: work={} reason=internal",
                            work.name(),
                            Traceback.of(e));
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

    /// Fills what is free with due work; waits while nothing is.
    ///
    /// @param more whether more was due than there was room for
    /// @return whether there may be more to claim
    private boolean claimAndRun(boolean more) throws InterruptedException {
        int room = awaitRoom(more);
        int started = 0;
        try {
            // What was done first: else this very process would do it again.
            if (closing.get() || paused.getAsBoolean() || leases.anyUnwritten()) {
                return false;
            }
            for (C claim : work.claim(room, clock.instant(), pace.lease())) {
                run(claim);
                started++;
            }
        } finally {
            free.release(room - started);
        }
        return started == room;
    }

    /// While more waits than can be done, a claim costs as much for one as for several.
    private int awaitRoom(boolean more) throws InterruptedException {
        int several = Math.max(1, pace.atOnce() / 2);
        if (more && free.tryAcquire(several, GATHERING.toMillis(), TimeUnit.MILLISECONDS)) {
            return several + free.drainPermits();
        }
        free.acquire();
        return 1 + free.drainPermits();
    }

    private void run(C claim) {
        Thread.ofVirtual()
                .name(work.name() + "-" + work.id(claim))
                .start(() -> {
                    try {
                        leases.during(claim, work::attempt);
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
