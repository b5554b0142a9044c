package org.postern.bench;

import java.time.Duration;
import java.util.List;

/// What one round of sending showed.
///
/// @param times of each message, MAIL to `250`, sorted
/// @param took all of it
/// @param server the processor time that everything but the client spent
record Sent(int bytes, List<Duration> times, Duration took, Duration server) {

    double perSecond() {
        return times.size() / (took.toNanos() / 1e9);
    }

    double megabytesPerSecond() {
        return perSecond() * bytes / 1e6;
    }

    double p50() {
        return percentile(0.5);
    }

    double p99() {
        return percentile(0.99);
    }

    double serverMillis() {
        return server.toNanos() / 1e6 / times.size();
    }

    /// The nearest rank, in milliseconds.
    private double percentile(double part) {
        int rank = (int) Math.ceil(part * times.size());
        return times.get(Math.max(rank, 1) - 1).toNanos() / 1e6;
    }
}
