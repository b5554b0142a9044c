package org.postern.mail.spool;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/// One force to disk for everybody who asks while another is under way: group commit. Whoever
/// returns from [#force] knows that a force began after he asked, and how it ended. Thread-safe.
final class SharedForce {

    private final Force force;
    private final ReentrantLock forcing = new ReentrantLock();
    private volatile Round gathering = new Round();

    SharedForce(Force force) {
        this.force = force;
    }

    /// What reaches the disk.
    @FunctionalInterface
    interface Force {
        void force() throws IOException;
    }

    /// Those who share a force, the one of them who calls it, and what became of it.
    private static final class Round {
        private final AtomicBoolean led = new AtomicBoolean();
        private final CompletableFuture<Boolean> over = new CompletableFuture<>();
    }

    /// @throws IOException if this force failed; all who shared it are told, since none can know
    ///   whose bytes were lost
    void force() throws IOException {
        Round mine = gathering;
        if (mine.led.compareAndSet(false, true)) {
            lead(mine);
        }
        try {
            // All at once: a queue for a lock would let them go one after the other.
            mine.over.join();
        } catch (CompletionException e) {
            throw new IOException("not forced to disk", e.getCause());
        }
    }

    private void lead(Round round) {
        forcing.lock();
        try {
            // Whoever asks from here on is in the next round: this force may have passed his
            // bytes by.
            gathering = new Round();
            force.force();
            round.over.complete(true);
        } catch (IOException | RuntimeException e) {
            round.over.completeExceptionally(e);
        } finally {
            // Nobody waits for ever, whatever it was that failed; this says nothing after a word
            // above.
            round.over.completeExceptionally(new IOException("the force did not return"));
            forcing.unlock();
        }
    }
}
