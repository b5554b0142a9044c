package org.postern.portal.notice;

import java.time.Clock;
import java.time.Duration;
import org.postern.db.TenantId;
import org.springframework.data.redis.core.StringRedisTemplate;

/// How many questions a minute strangers may ask of a tenant, all portals together. Numbers are no
/// secret, and trying all of them should be no pastime either. Thread-safe.
final class QuestionLimit {

    /// At this pace a number of 35 bits is found once in decades, if there are a thousand notices.
    static final int MOST_A_MINUTE = 60;

    private static final Duration KEPT = Duration.ofMinutes(2);

    private final StringRedisTemplate redis;
    private final Clock clock;

    QuestionLimit(StringRedisTemplate redis, Clock clock) {
        this.redis = redis;
        this.clock = clock;
    }

    boolean allows(TenantId tenant) {
        String key =
                "postern:asked-genuine:"
                        + tenant
                        + ":"
                        + clock.instant().getEpochSecond() / Duration.ofMinutes(1).toSeconds();
        Long asked = redis.opsForValue().increment(key);
        redis.expire(key, KEPT);
        return asked == null || asked <= MOST_A_MINUTE;
    }
}
