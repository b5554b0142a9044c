package org.postern.notifications.rate;

import io.github.bucket4j.TimeMeter;
import java.time.Clock;
import java.time.Instant;

/// The time of our clock for those who count.
record ByClock(Clock clock) implements TimeMeter {

    @Override
    public long currentTimeNanos() {
        Instant now = clock.instant();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }

    @Override
    public boolean isWallClockBased() {
        return true;
    }
}
