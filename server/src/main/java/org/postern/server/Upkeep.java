package org.postern.server;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.flywaydb.core.api.FlywayException;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.db.store.MailDatabase;
import org.postern.db.store.MailSchema;
import org.postern.keys.KeyService;
import org.postern.keys.ledger.LedgerSchema;
import org.postern.mail.door.Door;
import org.postern.mail.door.DoorRefresh;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/// Keeps this process up to date with its databases, which may be away at any time, at the start
/// too: migrates, sets up the demo, starts the workers once, refreshes the door and shreds what is
/// due for ever.
final class Upkeep implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(Upkeep.class);
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);
    private static final Duration REFRESH = Duration.ofSeconds(30);

    private final HikariDataSource mail;
    private final HikariDataSource ledger;
    private final MailDatabase database;
    private final boolean alone;
    private final Clock clock;
    private final Demo demo;
    private final boolean isDemo;
    private final Door door;
    private final DoorRefresh refresh;
    private final KeyService keys;
    private final List<Runnable> workers;
    private final CountDownLatch doorReady = new CountDownLatch(1);
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Thread contexts =
            Thread.ofVirtual().name("spool-contexts").unstarted(this::dropStaleContexts);
    private final Thread thread = Thread.ofVirtual().name("upkeep").unstarted(this::run);

    /// @param alone whether the mail database is this process's own
    Upkeep(
            HikariDataSource mail,
            HikariDataSource ledger,
            MailDatabase database,
            boolean alone,
            Clock clock,
            Demo demo,
            boolean isDemo,
            Door door,
            DoorRefresh refresh,
            KeyService keys,
            List<Runnable> workers) {
        this.mail = mail;
        this.ledger = ledger;
        this.database = database;
        this.alone = alone;
        this.clock = clock;
        this.demo = demo;
        this.isDemo = isDemo;
        this.door = door;
        this.refresh = refresh;
        this.keys = keys;
        this.workers = List.copyOf(workers);
    }

    /// Waits until the door may seal: at once where an earlier start has left a snapshot.
    void awaitDoor() throws InterruptedException {
        doorReady.await();
    }

    @Override
    public void start() {
        // What an intake's memory gives away is ten seconds, idle or not (docs/format.md, section
        // 4.2).
        contexts.start();
        if (door.standing().isPresent()) {
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
                door.standing().ifPresent(standing -> standing.spoolSealer().dropStale());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            boolean migrated = false;
            while (stopping.getCount() > 0) {
                try {
                    if (!migrated) {
                        LedgerSchema.migrate(ledger);
                        MailSchema.migrate(mail);
                        if (isDemo) {
                            demo.setUpIfEmpty();
                        }
                    }
                    refresh.refresh();
                    doorReady.countDown();
                    if (!migrated) {
                        migrated = true;
                        if (alone) {
                            database.arrivals().releaseClaims(clock.instant());
                            database.jobs().releaseClaims(clock.instant());
                        }
                        workers.forEach(Runnable::run);
                    }
                    int shredded = keys.shredDue();
                    if (shredded > 0) {
                        log.info("messages shredded, their time being over: slots={}", shredded);
                    }
                } catch (FlywayException | DataAccessException | TransactionException e) {
                    log.warn(
                            "a database or the key provider is away; mail is taken and waits:"
                                    + " reason={}",
                            e.getClass().getSimpleName());
                } catch (OpeningFailedException | IOException e) {
                    log.error("the door was not refreshed: reason={}", e.getMessage());
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
