package org.postern.crypto.sealed;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.UUID;

/// Makes ids that sort by time and say nothing else: UUIDv7 (RFC 9562, section 5.7).
///
/// 48 bits of milliseconds and 74 random bits. An id names something; it is never a secret.
public final class UuidV7 {

    private final Clock clock;
    private final SecureRandom random;

    public UuidV7(Clock clock, SecureRandom random) {
        this.clock = clock;
        this.random = random;
    }

    public UUID next() {
        long millis = clock.millis();
        long most = millis << 16 | 0x7000L | random.nextInt(1 << 12);
        long least = (random.nextLong() >>> 2) | Long.MIN_VALUE;
        return new UUID(most, least);
    }
}
