package org.postern.notifications.job;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// One attempt at a claim, while it runs. Once [#end] has returned it is interrupted no more, so
/// that its outcome can be written.
public final class Lease<C> {

    private final C claim;
    private final Thread thread;
    private final Instant since;
    private Interruption interruption = Interruption.NONE;
    private final CountDownLatch closing = new CountDownLatch(1);
    private boolean ended;
    private volatile boolean unwritten;

    Lease(C claim, Thread thread, Instant since) {
        this.claim = claim;
        this.thread = thread;
        this.since = since;
    }

    public C claim() {
        return claim;
    }

    Instant since() {
        return since;
    }

    synchronized void interrupt(Interruption why) {
        if (why == Interruption.CLOSING) {
            closing.countDown();
        }
        if (!ended && interruption == Interruption.NONE) {
            interruption = why;
            thread.interrupt();
        }
    }

    /// Whether what became of the attempt could not be written so far.
    boolean isUnwritten() {
        return unwritten;
    }

    /// Says so, and waits before it is tried again.
    ///
    /// @return false if the worker closes: it is not to be tried again
    boolean awaitNextTry(Duration pause) {
        unwritten = true;
        try {
            return !closing.await(pause.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /// To be called on the thread that made the attempt.
    ///
    /// @return whether it was told to stop, and why
    public synchronized Interruption end() {
        ended = true;
        Thread.interrupted();
        return interruption;
    }
}
