package org.postern.portal.status;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.List;
import org.postern.db.store.BoardEntry;
import org.postern.mail.board.BoardCopy;
import org.springframework.data.redis.core.HashOperations;
import org.springframework.data.redis.core.StringRedisTemplate;
import tools.jackson.databind.json.JsonMapper;

/// The copy of the notice board in Redis, which is there while the database is not.
public final class RedisCopy implements BoardCopy {

    private static final String KEY = "postern:board";
    private static final JsonMapper JSON = JsonMapper.shared();

    private final StringRedisTemplate redis;

    RedisCopy(StringRedisTemplate redis) {
        this.redis = redis;
    }

    @Override
    public List<BoardEntry> since(Instant then) {
        return all().stream().filter(entry -> !entry.writtenAt().isBefore(then)).toList();
    }

    @Override
    public void add(BoardEntry entry) {
        hash().putIfAbsent(
                        KEY,
                        entry.id().toString(),
                        new String(JSON.writeValueAsBytes(entry), UTF_8));
    }

    @Override
    public void deleteBefore(Instant then) {
        all().stream()
                .filter(entry -> entry.writtenAt().isBefore(then))
                .forEach(entry -> hash().delete(KEY, entry.id().toString()));
    }

    private List<BoardEntry> all() {
        return hash().values(KEY).stream()
                .map(json -> JSON.readValue(json, BoardEntry.class))
                .toList();
    }

    private HashOperations<String, String, String> hash() {
        return redis.opsForHash();
    }
}
