package org.postern.server;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.flywaydb.core.api.FlywayException;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.keys.ledger.DamagedLedgerException;
import org.postern.mail.door.Door;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/// Keeps this process up to date with databases and keys, which may be away at any time, at the
/// start too: migrates, sets up the demo, starts the workers once, refreshes the door and shreds
/// what is due for ever.
final class Upkeep implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(Upkeep.class);
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);
    private static final Duration REFRESH = Duration.ofSeconds(30);

    private final List<Runnable> migrations;
    private final Refresh demo;
    private final Optional<Door> door;
    private final Refresh refresh;
    private final Runnable shredding;
    private final List<Runnable> workers;
    private final CountDownLatch doorReady = new CountDownLatch(1);
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Thread contexts =
            Thread.ofVirtual().name("spool-contexts").unstarted(this::dropStaleContexts);
    private final Thread thread = Thread.ofVirtual().name("upkeep").unstarted(this::run);

    /// @param migrations of the databases that are this process's to migrate
    /// @param demo sets it up where there is nothing
    /// @param door where this process seals
    /// @param shredding of what is due, after every refresh
    /// @param workers started once the first refresh has succeeded
    Upkeep(
            List<Runnable> migrations,
            Refresh demo,
            Optional<Door> door,
            Refresh refresh,
            Runnable shredding,
            List<Runnable> workers) {
        this.migrations = List.copyOf(migrations);
        this.demo = demo;
        this.door = door;
        this.refresh = refresh;
        this.shredding = shredding;
        this.workers = List.copyOf(workers);
    }

    /// Waits until the door may seal: at once where an earlier start has left a snapshot. Where
    /// this process is no door, until databases were migrated or found away: who is told that it is
    /// ready asks it for something at once.
    void awaitDoor() throws InterruptedException {
        doorReady.await();
    }

    @Override
    public void start() {
        // What an intake's memory gives away is ten seconds, idle or not (docs/format.md, section
        // 4.2).
        contexts.start();
        if (standing().isPresent()) {
            doorReady.countDown();
        }
        thread.start();
    }

    @Override
    public void stop() {
        stopping.countDown();
        doorReady.countDown();
    }

    @Override
    public boolean isRunning() {
        return thread.isAlive() && stopping.getCount() > 0;
    }

    private void dropStaleContexts() {
        try {
            while (!stopping.await(1, TimeUnit.SECONDS)) {
                standing().ifPresent(standing -> standing.spoolSealer().dropStale());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Optional<Door.Standing> standing() {
        return door.flatMap(Door::standing);
    }

    private void run() {
        try {
            boolean migrated = false;
            while (stopping.getCount() > 0) {
                try {
                    if (!migrated) {
                        migrations.forEach(Runnable::run);
                        demo.refresh();
                    }
                    refresh.refresh();
                    boolean ready = door.isEmpty() || standing().isPresent();
                    if (ready) {
                        doorReady.countDown();
                    }
                    if (!migrated && ready) {
                        migrated = true;
                        workers.forEach(Runnable::run);
                    }
                    shredding.run();
                } catch (FlywayException | DataAccessException | TransactionException e) {
                    log.warn(
                            "a database, the keys or their provider are away; mail is taken and"
                                    + " waits: reason={}",
                            e.getClass().getSimpleName());
                } catch (OpeningFailedException | DamagedLedgerException | IOException e) {
                    log.error("the door was not refreshed: reason={}", e.getMessage());
                }
                if (door.isEmpty()) {
                    doorReady.countDown();
                }
                Duration pause = migrated ? REFRESH : LOOK_AGAIN;
                if (stopping.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
