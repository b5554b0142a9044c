package org.postern.notifications.job;

import java.time.Instant;

/// One attempt at a claim, while it runs. Once [#end] has returned it is interrupted no more, so
/// that its outcome can be written.
public final class Lease<C> {

    private final C claim;
    private final Thread thread;
    private final Instant since;
    private Interruption interruption = Interruption.NONE;
    private boolean ended;

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
        if (!ended && interruption == Interruption.NONE) {
            interruption = why;
            thread.interrupt();
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
