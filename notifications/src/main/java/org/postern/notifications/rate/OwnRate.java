package org.postern.notifications.rate;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicReference;
import org.postern.crypto.sealed.Mac256;
import org.postern.notifications.job.DestinationRate;

/// Counts what this process sends. Thread-safe.
public final class OwnRate implements DestinationRate {

    private final Allowance allowance;
    private final Clock clock;
    private final ConcurrentMap<Mac256, Counted> each = new ConcurrentHashMap<>();
    private final AtomicReference<Instant> tidied;

    public OwnRate(Allowance allowance, Clock clock) {
        this.allowance = allowance;
        this.clock = clock;
        this.tidied = new AtomicReference<>(clock.instant());
    }

    @Override
    public Optional<Duration> take(Mac256 destination) {
        Instant now = clock.instant();
        tidy(now);
        Counted counted = each.computeIfAbsent(destination, _ -> new Counted(bucket()));
        counted.last = now;
        return wait(counted.bucket.tryConsumeAndReturnRemaining(1));
    }

    static Optional<Duration> wait(ConsumptionProbe probe) {
        return probe.isConsumed()
                ? Optional.empty()
                : Optional.of(Duration.ofNanos(probe.getNanosToWaitForRefill()));
    }

    /// How many destinations it remembers.
    int remembered() {
        return each.size();
    }

    private void tidy(Instant now) {
        Instant last = tidied.get();
        Instant old = now.minus(allowance.forgotten());
        if (!last.isAfter(old) && tidied.compareAndSet(last, now)) {
            each.values().removeIf(counted -> counted.last.isBefore(old));
        }
    }

    private Bucket bucket() {
        return Bucket.builder()
                .addLimit(allowance.bucket().getBandwidths()[0])
                .withCustomTimePrecision(new ByClock(clock))
                .build();
    }

    private static final class Counted {
        private final Bucket bucket;
        private volatile Instant last = Instant.MIN;

        Counted(Bucket bucket) {
            this.bucket = bucket;
        }
    }
}
