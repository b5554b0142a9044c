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

    /// A text message with a PIN: whoever waits for it has ten minutes, and may ask for another.
    public static final RetryPolicy PIN =
            new RetryPolicy(
                    List.of(
                            Duration.ofSeconds(5),
                            Duration.ofSeconds(15),
                            Duration.ofSeconds(45),
                            Duration.ofMinutes(2),
                            Duration.ofMinutes(5)),
                    Duration.ZERO);

    /// A database or a relay of ours that is away: nobody's patience but our own is asked for, so
    /// soon and often.
    static final RetryPolicy OUTAGE =
            new RetryPolicy(
                    List.of(
                            Duration.ofSeconds(5),
                            Duration.ofSeconds(15),
                            Duration.ofMinutes(1),
                            Duration.ofMinutes(5)),
                    Duration.ofDays(5));

    /// When whoever waits for a job should hear that it takes long: mail servers say so after four
    /// hours.
    public static final Duration LATE = Duration.ofHours(4);

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
    /// With a `life`, attempts that came faster than the policy has them (a crash cut them short, a
    /// database was away) do not count: the delay is never more than the job's age accounts for.
    ///
    /// @param attempt from 1
    /// @param age of the job
    /// @param chance from 0 to below 1, for the jitter
    public Optional<Duration> delayAfter(int attempt, Duration age, double chance) {
        if (life.isZero()) {
            return attempt <= delays.size()
                    ? Optional.of(jittered(delays.get(attempt - 1), chance))
                    : Optional.empty();
        }
        Duration left = life.minus(age);
        if (left.compareTo(delays.getFirst()) < 0) {
            return Optional.empty();
        }
        int delayNumber = Math.min(Math.min(attempt, 1 + passed(age)), delays.size());
        Duration delay = jittered(delays.get(delayNumber - 1), chance);
        return Optional.of(delay.compareTo(left) < 0 ? delay : left);
    }

    /// How many delays a job of this age has behind it.
    private int passed(Duration age) {
        double leastMillis = 0;
        int passed = 0;
        for (Duration delay : delays) {
            leastMillis += delay.toMillis() * (1 - 2 * JITTER);
            if (age.toMillis() < leastMillis) {
                return passed;
            }
            passed++;
        }
        return passed;
    }

    private static Duration jittered(Duration delay, double chance) {
        double factor = 1 + JITTER * (2 * chance - 1);
        return Duration.ofMillis(Math.round(delay.toMillis() * factor));
    }
}
