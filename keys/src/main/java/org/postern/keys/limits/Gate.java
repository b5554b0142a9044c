package org.postern.keys.limits;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicReference;
import org.postern.keys.KeysBusyException;
import org.postern.keys.limits.Limits.Allowance;
import org.postern.keys.limits.Limits.Rate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Counts one kind of call. Thread-safe.
final class Gate {

    private static final Logger log = LoggerFactory.getLogger(Gate.class);
    private static final Duration TOLD_AGAIN_AFTER = Duration.ofMinutes(1);

    private final String call;
    private final Rate rate;
    private final Duration refill;
    private final Clock clock;
    private final Bucket all;
    private final ConcurrentMap<Object, Subject> each = new ConcurrentHashMap<>();
    private final AtomicReference<Instant> tidied;
    private final AtomicReference<Instant> told = new AtomicReference<>(Instant.MIN);

    Gate(String call, Allowance allowance, Clock clock) {
        this.call = call;
        this.rate = allowance.each();
        this.refill = Duration.ofMinutes(1).multipliedBy(rate.burst()).dividedBy(rate.perMinute());
        this.clock = clock;
        this.all = bucket(allowance.all());
        this.tidied = new AtomicReference<>(clock.instant());
    }

    /// Lets one more call through.
    ///
    /// @throws KeysBusyException if this subject, or all together, have asked too often
    void pass(Object subject) {
        // All first: who invents subjects is stopped before they fill the memory. What a subject of
        // his own is refused is given back, so that one who hammers spoils it for nobody else.
        if (!all.tryConsume(1)) {
            refuse("all");
        }
        Instant now = clock.instant();
        tidy(now);
        Subject asking = each.computeIfAbsent(subject, _ -> new Subject(bucket(rate)));
        asking.lastAsked = now;
        if (!asking.bucket.tryConsume(1)) {
            all.addTokens(1);
            refuse("one");
        }
    }

    int subjects() {
        return each.size();
    }

    /// A subject that has rested has its whole burst again, as if it had never been here.
    private void tidy(Instant now) {
        Instant last = tidied.get();
        if (!now.isBefore(last.plus(refill)) && tidied.compareAndSet(last, now)) {
            each.values().removeIf(subject -> !now.isBefore(subject.lastAsked.plus(refill)));
        }
    }

    private void refuse(String who) {
        Instant now = clock.instant();
        Instant last = told.get();
        if (last.isBefore(now.minus(TOLD_AGAIN_AFTER)) && told.compareAndSet(last, now)) {
            log.warn("the keys are asked too often: call={} by={}", call, who);
        }
        throw new KeysBusyException();
    }

    private Bucket bucket(Rate of) {
        return Bucket.builder()
                .addLimit(limit ->
                        limit.capacity(of.burst())
                                .refillGreedy(of.perMinute(), Duration.ofMinutes(1)))
                .withCustomTimePrecision(new ByClock(clock))
                .build();
    }

    private static final class Subject {
        private final Bucket bucket;
        private volatile Instant lastAsked = Instant.MIN;

        Subject(Bucket bucket) {
            this.bucket = bucket;
        }
    }

    private record ByClock(Clock clock) implements TimeMeter {

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
}
