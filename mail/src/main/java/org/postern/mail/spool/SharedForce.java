package org.postern.mail.spool;

import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

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

    /// Those who share a force, and what became of it.
    private static final class Round {
        private boolean over;
        private boolean done;
        private @Nullable IOException failure;
    }

    /// @throws IOException if this force failed; all who shared it are told, since none can know
    ///   whose bytes were lost
    void force() throws IOException {
        Round mine = gathering;
        forcing.lock();
        try {
            if (!mine.over) {
                // Whoever asks from here on is in the next round: this force may have passed his
                // bytes by.
                gathering = new Round();
                run(mine);
            }
            if (!mine.done) {
                throw new IOException("not forced to disk", mine.failure);
            }
        } finally {
            forcing.unlock();
        }
    }

    private void run(Round round) {
        round.over = true;
        try {
            force.force();
            round.done = true;
        } catch (IOException e) {
            round.failure = e;
        }
    }
}
