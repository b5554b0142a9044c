package org.postern.portal.session;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.postern.crypto.DataKey;
import org.postern.crypto.RecordKey;
import org.postern.crypto.Tokens;
import org.postern.crypto.sealed.Mac256;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.SealedRecord;
import org.springframework.data.redis.core.RedisOperations;
import org.springframework.session.SessionRepository;
import tools.jackson.databind.json.JsonMapper;

/// Sessions in Redis. The key is SHA-256 of the browser's cookie and the value is sealed under the
/// cookie, so that whoever has a dump of Redis has nobody's session, reading key or token.
final class SealedSessionRepository implements SessionRepository<SealedSession> {

    static final String KEY_PREFIX = "postern:session:";

    private static final String PURPOSE = "portal session";
    private static final int TOKEN_BYTES = 32;
    private static final JsonMapper JSON = JsonMapper.shared();

    private final RedisOperations<String, byte[]> redis;
    private final Duration idle;
    private final Clock clock;
    private final SecureRandom random;

    SealedSessionRepository(
            RedisOperations<String, byte[]> redis,
            Duration idle,
            Clock clock,
            SecureRandom random) {
        this.redis = redis;
        this.idle = idle;
        this.clock = clock;
        this.random = random;
    }

    @Override
    public SealedSession createSession() {
        return SealedSession.begin(Tokens.token(random), clock.instant(), idle);
    }

    @Override
    public void save(SealedSession session) {
        byte[] json = JSON.writeValueAsBytes(session.stored(clock.instant()));
        byte[] sealed = key(session.getId()).seal(json, session.name().toBytes(), random).toBytes();
        if (session.fresh()) {
            redis.opsForValue().set(redisKey(session.name()), sealed, idle);
        } else {
            // Only if it is still there: a request that outlives the sign-out revives nothing.
            redis.opsForValue().setIfPresent(redisKey(session.name()), sealed, idle);
        }
    }

    @Override
    public @Nullable SealedSession findById(String id) {
        if (!isToken(id)) {
            return null;
        }
        Mac256 name = Tokens.hash(id);
        byte @Nullable [] sealed = redis.opsForValue().get(redisKey(name));
        if (sealed == null) {
            return null;
        }
        try {
            byte[] json = key(id).open(SealedRecord.of(sealed), name.toBytes());
            StoredSession stored = JSON.readValue(json, StoredSession.class);
            return hasEnded(stored) ? null : SealedSession.continued(id, stored, idle);
        } catch (OpeningFailedException e) {
            return null; // not ours: somebody wrote into Redis
        }
    }

    @Override
    public void deleteById(String id) {
        if (isToken(id)) {
            redis.delete(redisKey(Tokens.hash(id)));
        }
    }

    /// Redis forgets idle sessions by its own clock; ours has a say too.
    private boolean hasEnded(StoredSession stored) {
        Instant now = clock.instant();
        return !now.isBefore(stored.seenAt().plus(idle));
    }

    static String redisKey(Mac256 name) {
        return KEY_PREFIX + HexFormat.of().formatHex(name.toBytes());
    }

    private static RecordKey key(String id) {
        return DataKey.importSecret(Base64.getUrlDecoder().decode(id)).recordKey(PURPOSE);
    }

    /// What [Tokens#token] makes; a cookie can hold anything.
    private static boolean isToken(String id) {
        try {
            return id.length() == 43 && Base64.getUrlDecoder().decode(id).length == TOKEN_BYTES;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
