package org.postern.intake;

import java.net.SocketTimeoutException;
import java.time.Duration;

/// Until when a client must be done with what it is sending. Bytes received gain time at the
/// minimum rate, never more than was given at first: a timeout per read alone would let a client
/// send one byte every few minutes for ever. Measured on the monotonic clock, since a wall clock
/// may be set.
final class Deadline {

    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final long longestNanos;
    private final int bytesPerSecond;
    private long endsAt;

    Deadline(Duration longest, int bytesPerSecond) {
        this.longestNanos = longest.toNanos();
        this.bytesPerSecond = bytesPerSecond;
        this.endsAt = System.nanoTime() + longestNanos;
    }

    void received(int bytes) {
        long gained = bytes * (NANOS_PER_SECOND / bytesPerSecond);
        long latest = System.nanoTime() + longestNanos;
        endsAt = endsAt + gained - latest > 0 ? latest : endsAt + gained;
    }

    /// At least one.
    int millisLeft() throws SocketTimeoutException {
        long left = endsAt - System.nanoTime();
        if (left <= 0) {
            throw new SocketTimeoutException();
        }
        return (int) Math.min(Integer.MAX_VALUE, left / 1_000_000 + 1);
    }
}
