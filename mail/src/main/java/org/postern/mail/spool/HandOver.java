package org.postern.mail.spool;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
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

    /// How many share a commit where so many wait.
    private static final int TOGETHER = 16;

    /// After so many failures one after the other the rest need not be tried.
    private static final int ENOUGH_FAILURES = 2;

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
                List<MessageId> left = handOverUnlessClosed(spool.next(TOGETHER));
                if (left.isEmpty()) {
                    wait = FIRST_WAIT;
                    continue;
                }
                left.forEach(spool::giveBack);
                if (closed.await(wait.toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
                wait =
                        wait.multipliedBy(2).compareTo(LONGEST_WAIT) > 0
                                ? LONGEST_WAIT
                                : wait.multipliedBy(2);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// @return what is left: it could not be handed over now
    private List<MessageId> handOverUnlessClosed(List<MessageId> ids) throws InterruptedException {
        free.acquire();
        try {
            if (closed.getCount() == 0) {
                return ids;
            }
            List<MessageId> left = attempt(ids);
            // A defect in handling one message must not keep the others here for ever.
            return ids.size() == 1 ? left : eachByItself(left);
        } finally {
            free.release();
        }
    }

    private List<MessageId> eachByItself(List<MessageId> ids) {
        List<MessageId> left = new ArrayList<>();
        for (MessageId id : ids) {
            if (left.size() < ENOUGH_FAILURES) {
                left.addAll(attempt(List.of(id)));
            } else {
                left.add(id);
            }
        }
        return left;
    }

    private List<MessageId> attempt(List<MessageId> ids) {
        try {
            return handOver(ids);
        } catch (IOException | RuntimeException e) {
            log.warn(
                    "hand-over waits: first={} messages={} waiting={} reason={}",
                    ids.getFirst(),
                    ids.size(),
                    spool.waiting(),
                    reason(e));
            return ids;
        }
    }

    private List<MessageId> handOver(List<MessageId> ids) throws IOException {
        List<Taken> all = new ArrayList<>();
        try {
            for (MessageId id : ids) {
                open(id).ifPresent(all::add);
            }
            for (Taken each : all) {
                put(each);
                steps.reached(Step.BLOB_PUT);
            }
            insert(all);
            all.forEach(_ -> steps.reached(Step.ARRIVAL_COMMITTED));
        } finally {
            for (Taken each : all) {
                each.file().close();
            }
        }
        List<MessageId> left = new ArrayList<>();
        for (Taken each : all) {
            try {
                spool.remove(each.id());
            } catch (IOException e) {
                log.warn("a spool entry stays: message={} reason={}", each.id(), reason(e));
                left.add(each.id());
            }
        }
        afterCommit.run();
        return left;
    }

    /// An entry, unless there is nothing to hand over.
    private Optional<Taken> open(MessageId id) throws IOException {
        Optional<FileChannel> found = spool.open(id);
        if (found.isEmpty()) {
            log.error("a spool entry is gone: message={}", id);
            return Optional.empty();
        }
        try {
            return Optional.of(new Taken(id, found.get(), SpoolEntry.read(found.get())));
        } catch (OpeningFailedException e) {
            // The entry was changed under us. It stays where it is for a person to look at.
            IntegrityLog.message(IntegrityLog.Stored.SPOOL_ENTRY, id);
            found.get().close();
            return Optional.empty();
        } catch (IOException | RuntimeException e) {
            found.get().close();
            throw e;
        }
    }

    private void insert(List<Taken> all) throws IOException {
        if (all.isEmpty()) {
            return;
        }
        List<Arrival> rows = all.stream().map(this::arrival).toList();
        try {
            transaction.executeWithoutResult(_ -> {
                arrivals.insertIfAbsent(rows);
                rows.forEach(_ -> steps.reached(Step.ARRIVAL_INSERTED));
                try {
                    for (Taken each : all) {
                        // The collector of orphans may have taken the object before our row stood
                        // in its way.
                        if (!blobs.contains(each.tenant(), each.id())) {
                            put(each);
                        }
                    }
                } catch (IOException e) {
                    throw new BlobAwayException(e);
                }
            });
        } catch (BlobAwayException e) {
            throw e.cause;
        }
    }

    private Arrival arrival(Taken taken) {
        SpoolEntry entry = taken.entry();
        return new Arrival(
                entry.header(),
                entry.certificate(),
                entry.slot(),
                entry.envelope(),
                clock.instant(),
                0);
    }

    private void put(Taken taken) throws IOException {
        taken.file().position(taken.entry().objectOffset());
        blobs.putIfAbsent(taken.tenant(), taken.id(), taken.file());
    }

    /// An entry that is being handed over.
    private record Taken(MessageId id, FileChannel file, SpoolEntry entry) {

        TenantId tenant() {
            return new TenantId(entry.header().tenant());
        }
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
