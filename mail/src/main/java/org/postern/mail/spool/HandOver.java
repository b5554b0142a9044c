package org.postern.mail.spool;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.db.IntegrityLog;
import org.postern.db.MessageId;
import org.postern.db.Step;
import org.postern.db.Steps;
import org.postern.db.TenantId;
import org.postern.db.blob.BlobStore;
import org.postern.db.store.Arrival;
import org.postern.db.store.ArrivalStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionOperations;

/// Gives accepted messages to blob store and database, a few at a time, so that one force to disk
/// and one commit serve several; while either is away they wait in the spool. It needs no key.
/// Everything it does may run twice: the object is put only if absent, the row has the spool id as
/// its key, and the entry goes last.
public final class HandOver implements AutoCloseable {

    static final int AT_ONCE = 4;

    private static final Logger log = LoggerFactory.getLogger(HandOver.class);
    private static final Duration FIRST_WAIT = Duration.ofMillis(250);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);
    private static final Duration FAREWELL = Duration.ofSeconds(20);

    private final Spool spool;
    private final BlobStore blobs;
    private final ArrivalStore arrivals;
    private final TransactionOperations transaction;
    private final Runnable afterCommit;
    private final Clock clock;
    private final Steps steps;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Semaphore free = new Semaphore(AT_ONCE);
    private List<Thread> threads = List.of();

    /// Does nothing before [#start].
    ///
    /// @param transaction on the mail database
    /// @param afterCommit wakes whoever delivers
    public HandOver(
            Spool spool,
            BlobStore blobs,
            ArrivalStore arrivals,
            TransactionOperations transaction,
            Runnable afterCommit,
            Clock clock,
            Steps steps) {
        this.spool = spool;
        this.blobs = blobs;
        this.arrivals = arrivals;
        this.transaction = transaction;
        this.afterCommit = afterCommit;
        this.clock = clock;
        this.steps = steps;
    }

    /// Hands over until closed.
    public synchronized void start() {
        threads =
                IntStream.range(0, AT_ONCE)
                        .mapToObj(i -> Thread.ofVirtual().name("hand-over-" + i).start(this::run))
                        .toList();
    }

    /// Stops after what is under way, or, if that takes too long, in the middle of it; the rest
    /// stays in the spool.
    @Override
    public synchronized void close() {
        closed.countDown();
        try {
            // An interrupt breaks the connection that a commit is waiting on.
            boolean idle = free.tryAcquire(AT_ONCE, FAREWELL.toMillis(), TimeUnit.MILLISECONDS);
            threads.forEach(Thread::interrupt);
            if (idle) {
                free.release(AT_ONCE);
            }
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            threads.forEach(Thread::interrupt);
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        Duration wait = FIRST_WAIT;
        try {
            while (closed.getCount() > 0) {
                MessageId id = spool.next();
                try {
                    handOverUnlessClosed(id);
                    wait = FIRST_WAIT;
                } catch (OpeningFailedException e) {
                    // The entry was changed under us. It stays where it is for a person to look at.
                    IntegrityLog.message(IntegrityLog.Stored.SPOOL_ENTRY, id);
                } catch (IOException | RuntimeException e) {
                    // A defect in handling one message must not keep the others here for ever.
                    spool.giveBack(id);
                    log.warn(
                            "hand-over waits: message={} waiting={} reason={}",
                            id,
                            spool.waiting(),
                            reason(e));
                    if (closed.await(wait.toMillis(), TimeUnit.MILLISECONDS)) {
                        return;
                    }
                    wait =
                            wait.multipliedBy(2).compareTo(LONGEST_WAIT) > 0
                                    ? LONGEST_WAIT
                                    : wait.multipliedBy(2);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void handOverUnlessClosed(MessageId id)
            throws IOException, OpeningFailedException, InterruptedException {
        free.acquire();
        try {
            if (closed.getCount() == 0) {
                spool.giveBack(id);
                return;
            }
            handOver(id);
        } finally {
            free.release();
        }
    }

    private void handOver(MessageId id) throws IOException, OpeningFailedException {
        Optional<FileChannel> found = spool.open(id);
        if (found.isEmpty()) {
            log.error("a spool entry is gone: message={}", id);
            return;
        }
        try (FileChannel file = found.get()) {
            SpoolEntry entry = SpoolEntry.read(file);
            TenantId tenant = new TenantId(entry.header().tenant());
            put(tenant, id, file, entry);
            steps.reached(Step.BLOB_PUT);
            Arrival arrival =
                    new Arrival(
                            entry.header(),
                            entry.certificate(),
                            entry.slot(),
                            entry.envelope(),
                            clock.instant(),
                            0);
            insert(tenant, id, file, entry, arrival);
            steps.reached(Step.ARRIVAL_COMMITTED);
        }
        spool.remove(id);
        afterCommit.run();
    }

    private void insert(
            TenantId tenant, MessageId id, FileChannel file, SpoolEntry entry, Arrival arrival)
            throws IOException {
        try {
            transaction.executeWithoutResult(_ -> {
                arrivals.insertIfAbsent(arrival);
                steps.reached(Step.ARRIVAL_INSERTED);
                try {
                    // The collector of orphans may have taken the object before our row stood in
                    // its way.
                    if (!blobs.contains(tenant, id)) {
                        put(tenant, id, file, entry);
                    }
                } catch (IOException e) {
                    throw new BlobAwayException(e);
                }
            });
        } catch (BlobAwayException e) {
            throw e.cause;
        }
    }

    private void put(TenantId tenant, MessageId id, FileChannel file, SpoolEntry entry)
            throws IOException {
        file.position(entry.objectOffset());
        blobs.putIfAbsent(tenant, id, file);
    }

    private static String reason(Exception e) {
        return e.getClass().getSimpleName();
    }

    private static final class BlobAwayException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final IOException cause;

        BlobAwayException(IOException cause) {
            super(cause);
            this.cause = cause;
        }
    }
}
