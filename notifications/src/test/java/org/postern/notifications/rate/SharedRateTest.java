package org.postern.notifications.rate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.crypto.sealed.Mac256;
import org.postern.notifications.SettableClock;
import org.postern.notifications.job.DestinationRate;
import redis.embedded.RedisServer;

/// The limit that all workers keep together, in a real Redis.
class SharedRateTest {

    private static final Allowance TEN_AT_ONCE = new Allowance(100);
    private static final Mac256 THERE = Mac256.sha256(new byte[] {1});

    private final SettableClock clock = new SettableClock(Instant.parse("2026-11-23T10:00:00Z"));
    private RedisServer redis;
    private RedisURI address;

    @BeforeEach
    void startRedis(@TempDir Path folder) throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        redis =
                RedisServer.newRedisServer()
                        .port(port)
                        .setting("bind 127.0.0.1")
                        .setting("dir " + folder)
                        .build();
        redis.start();
        address = RedisURI.create("127.0.0.1", port);
    }

    @AfterEach
    void stopRedis() throws IOException {
        redis.stop();
    }

    @Test
    void twoWorkersShareWhatADomainMayGet() {
        try (SharedRate one = new SharedRate(address, TEN_AT_ONCE, clock);
                SharedRate other = new SharedRate(address, TEN_AT_ONCE, clock)) {
            assertThat(taken(one, THERE, 6) + taken(other, THERE, 6)).isEqualTo(10);
            assertThat(one.take(THERE).orElseThrow())
                    .isBetween(Duration.ZERO, Duration.ofMillis(600));
            assertThat(taken(other, Mac256.sha256(new byte[] {2}), 12))
                    .as("of another")
                    .isEqualTo(10);

            clock.advance(Duration.ofSeconds(3));
            assertThat(taken(one, THERE, 20)).isEqualTo(5);
        }
    }

    @Test
    void whileRedisIsAwayEachWorkerCountsForItselfAndSharesAgainAfterwards() throws Exception {
        try (SharedRate one = new SharedRate(address, TEN_AT_ONCE, clock)) {
            assertThat(taken(one, THERE, 3)).isEqualTo(3);
            redis.stop();
            assertThat(taken(one, THERE, 20)).isEqualTo(10);

            redis.start();
            Mac256 probe = Mac256.sha256(new byte[] {2});
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> {
                        clock.advance(Duration.ofSeconds(6));
                        one.take(probe);
                        return !keys().isEmpty();
                    });
            Mac256 other = Mac256.sha256(new byte[] {3});
            assertThat(taken(one, other, 4)).isEqualTo(4);
            try (SharedRate second = new SharedRate(address, TEN_AT_ONCE, clock)) {
                assertThat(taken(second, other, 20)).isEqualTo(6);
            }
        }
    }

    @Test
    void aWorkerStartsWithoutRedis() throws Exception {
        redis.stop();
        try (SharedRate one = new SharedRate(address, TEN_AT_ONCE, clock)) {
            assertThat(taken(one, THERE, 20)).isEqualTo(10);
        }
        redis.start();
    }

    @Test
    void redisKnowsNoDomainAndForgetsEachSoon() {
        try (SharedRate one = new SharedRate(address, TEN_AT_ONCE, clock)) {
            one.take(THERE);

            byte[] name = "postern:destination:".getBytes(UTF_8);
            assertThat(keys())
                    .singleElement()
                    .satisfies(key -> {
                        assertThat(key).startsWith(name).endsWith(THERE.toBytes());
                        assertThat(key).hasSize(name.length + 32);
                    });
            byte[] key = keys().getFirst();
            long left = onRedis(redisNow -> redisNow.pttl(key));
            assertThat(left).isBetween(1L, 61_000L);
        }
    }

    private List<byte[]> keys() {
        return onRedis(redisNow -> redisNow.keys("*"));
    }

    private <T> T onRedis(Function<RedisCommands<byte[], byte[]>, T> asked) {
        try (RedisClient client = RedisClient.create(address);
                StatefulRedisConnection<byte[], byte[]> connection =
                        client.connect(ByteArrayCodec.INSTANCE)) {
            return asked.apply(connection.sync());
        }
    }

    @Test
    void aWorkerForgetsDomainsThatGotNothingForAMinute() {
        OwnRate own = new OwnRate(TEN_AT_ONCE, clock);
        for (int i = 0; i < 100; i++) {
            own.take(Mac256.sha256(new byte[] {(byte) i}));
        }
        assertThat(own.remembered()).isEqualTo(100);
        clock.advance(Duration.ofMinutes(2));
        own.take(THERE);
        assertThat(own.remembered()).isOne();
    }

    private static int taken(DestinationRate rate, Mac256 there, int asked) {
        int taken = 0;
        for (int i = 0; i < asked; i++) {
            if (rate.take(there).isEmpty()) {
                taken++;
            }
        }
        return taken;
    }
}
