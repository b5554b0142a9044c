package org.postern.notifications.rate;

import io.github.bucket4j.BucketConfiguration;
import java.time.Duration;

/// How many mails one domain may get.
///
/// @param perMinute of which a tenth may come at once
public record Allowance(int perMinute) {

    private static final int AT_ONCE = 10;

    public Allowance {
        if (perMinute < 1) {
            throw new IllegalArgumentException("a domain may get mail");
        }
    }

    BucketConfiguration bucket() {
        return BucketConfiguration.builder()
                .addLimit(limit ->
                        limit.capacity(Math.max(1, perMinute / AT_ONCE))
                                .refillGreedy(perMinute, Duration.ofMinutes(1)))
                .build();
    }

    /// After which a domain that got nothing may have all of it again.
    Duration forgotten() {
        return Duration.ofMinutes(1);
    }
}
