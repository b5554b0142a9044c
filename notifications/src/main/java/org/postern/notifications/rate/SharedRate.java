package org.postern.notifications.rate;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.github.bucket4j.distributed.ExpirationAfterWriteStrategy;
import io.github.bucket4j.distributed.proxy.ProxyManager;
import io.github.bucket4j.redis.lettuce.Bucket4jLettuce;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postern.crypto.sealed.Mac256;
import org.postern.notifications.job.DestinationRate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Counts in Redis what all workers send. While Redis is away each counts for itself: mail never
/// waits for Redis. Thread-safe.
public final class SharedRate implements DestinationRate, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(SharedRate.class);
    private static final byte[] PREFIX = "postern:destination:".getBytes(US_ASCII);
    private static final Duration PATIENCE = Duration.ofMillis(250);
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(5);

    private final RedisClient redis;
    private final Allowance allowance;
    private final OwnRate own;
    private final Clock clock;
    private @Nullable ProxyManager<byte[]> shared;
    private Instant awayUntil = Instant.MIN;

    /// Nothing is asked of Redis yet: it may be away.
    public SharedRate(RedisURI address, Allowance allowance, Clock clock) {
        RedisURI impatient = RedisURI.builder(address).withTimeout(PATIENCE).build();
        this.redis = RedisClient.create(impatient);
        this.redis.setOptions(
                ClientOptions.builder()
                        .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                        .socketOptions(SocketOptions.builder().connectTimeout(PATIENCE).build())
                        .build());
        this.allowance = allowance;
        this.own = new OwnRate(allowance, clock);
        this.clock = clock;
    }

    @Override
    public Optional<Duration> take(Mac256 destination) {
        Optional<ProxyManager<byte[]>> counter = counter();
        if (counter.isEmpty()) {
            return own.take(destination);
        }
        try {
            return OwnRate.wait(
                    counter.get()
                            .getProxy(key(destination), allowance::bucket)
                            .tryConsumeAndReturnRemaining(1));
        } catch (
                RuntimeException e) { // of Lettuce, Netty or Bucket4j: whatever it is, mail goes on
            away(e);
            return own.take(destination);
        }
    }

    private synchronized Optional<ProxyManager<byte[]>> counter() {
        if (clock.instant().isBefore(awayUntil)) {
            return Optional.empty();
        }
        if (shared == null) {
            try {
                shared =
                        Bucket4jLettuce.casBasedBuilder(redis)
                                .expirationAfterWrite(
                                        ExpirationAfterWriteStrategy
                                                .basedOnTimeForRefillingBucketUpToMax(
                                                        allowance.forgotten()))
                                .clientClock(new ByClock(clock))
                                .requestTimeout(PATIENCE)
                                .build();
            } catch (RuntimeException e) {
                away(e);
            }
        }
        return Optional.ofNullable(shared);
    }

    private synchronized void away(RuntimeException e) {
        Instant now = clock.instant();
        if (!now.isBefore(awayUntil)) {
            awayUntil = now.plus(LOOK_AGAIN);
            log.warn(
                    "Redis is away, this process counts its mail for itself: reason={}",
                    e.getClass().getSimpleName());
        }
    }

    private static byte[] key(Mac256 destination) {
        byte[] mac = destination.toBytes();
        return ByteBuffer.allocate(PREFIX.length + mac.length).put(PREFIX).put(mac).array();
    }

    @Override
    public void close() {
        redis.shutdown(Duration.ZERO, Duration.ofSeconds(1));
    }
}
