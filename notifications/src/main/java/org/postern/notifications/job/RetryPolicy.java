package org.postern.notifications.job;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// When to try again. Arithmetic without a clock: whoever needs `now` holds a `Clock`.
///
/// @param delays after the first attempt, the second, and so on
/// @param life the last delay repeats while the job is younger than this; zero if the delays are
///   all there is
public record RetryPolicy(List<Duration> delays, Duration life) {

    /// A notice: as mail servers do it, since that is what greylisting and full mailboxes are made
    /// for (RFC 5321, section 4.5.4.1). The last attempt is five days after the promise.
    public static final RetryPolicy NOTICE =
            new RetryPolicy(
                    List.of(
                            Duration.ofSeconds(450),
                            Duration.ofMinutes(15),
                            Duration.ofMinutes(30),
                            Duration.ofHours(1),
                            Duration.ofHours(2),
                            Duration.ofHours(4),
                            Duration.ofHours(8),
                            Duration.ofHours(16)),
                    Duration.ofDays(5));

    /// A sign-in mail: somebody is waiting for it, and asks for another rather than wait long.
    public static final RetryPolicy SIGN_IN =
            new RetryPolicy(
                    List.of(
                            Duration.ofSeconds(5),
                            Duration.ofSeconds(15),
                            Duration.ofSeconds(45),
                            Duration.ofMinutes(2)),
                    Duration.ZERO);

    /// A tenth more or less, so that what failed together does not come back together.
    private static final double JITTER = 0.1;

    public RetryPolicy {
        delays = List.copyOf(delays);
        if (delays.isEmpty()) {
            throw new IllegalArgumentException("a policy without a delay never tries again");
        }
    }

    /// How long to wait after this attempt; empty for never again.
    ///
    /// An attempt that a crash cut short counts like any other, but shortens no job's `life`.
    ///
    /// @param attempt from 1
    /// @param age of the job
    /// @param chance from 0 to below 1, for the jitter
    public Optional<Duration> delayAfter(int attempt, Duration age, double chance) {
        if (attempt <= delays.size() && life.isZero()) {
            return Optional.of(jittered(delays.get(attempt - 1), chance));
        }
        Duration left = life.minus(age);
        if (left.compareTo(delays.getFirst()) < 0) {
            return Optional.empty();
        }
        Duration delay = jittered(delays.get(Math.min(attempt, delays.size()) - 1), chance);
        return Optional.of(delay.compareTo(left) < 0 ? delay : left);
    }

    private static Duration jittered(Duration delay, double chance) {
        double factor = 1 + JITTER * (2 * chance - 1);
        return Duration.ofMillis(Math.round(delay.toMillis() * factor));
    }
}
