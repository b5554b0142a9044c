package org.postern.keys.ledger;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.postern.keys.provider.KeyProviderAwayException;
import org.springframework.dao.DataAccessResourceFailureException;

/// Keys that the root key has unwrapped, for five minutes, so that its keeper is not asked for
/// every message, and that reading goes on for a while when the keeper is away. Thread-safe.
///
/// Whoever asks for a key that is older than a minute fetches it again, so that an outage finds
/// keys that last for four minutes more at least. One at a time asks the keeper for one key, and
/// nobody for some seconds after it was away: a queue of readers must not wait for the same
/// time-out one after another.
final class KeyCache<K, V> {

    /// How long a key is used after it was unwrapped.
    static final Duration KEPT = Duration.ofMinutes(5);

    /// When it is fetched again if somebody uses it.
    static final Duration FRESH = Duration.ofMinutes(1);

    /// How long a keeper that is away is left alone.
    static final Duration LEFT_ALONE = Duration.ofSeconds(5);

    private final Clock clock;
    private final Map<K, Entry> entries = new ConcurrentHashMap<>();

    KeyCache(Clock clock) {
        this.clock = clock;
    }

    /// The key, remembered or loaded now.
    V get(K name, Supplier<V> load) {
        return entries.computeIfAbsent(name, _ -> new Entry()).get(load);
    }

    /// Forgets a key that is no more.
    void forget(K name) {
        entries.remove(name);
    }

    private final class Entry {

        private final ReentrantLock asking = new ReentrantLock();
        private volatile @Nullable Remembered<V> remembered;
        private volatile @Nullable Failure failure;

        V get(Supplier<V> load) {
            Instant now = clock.instant();
            @Nullable Remembered<V> known = remembered;
            if (known == null || !now.isBefore(known.at().plus(KEPT))) {
                return require(load);
            }
            if (now.isBefore(known.at().plus(FRESH)) || isLeftAlone(now) || !asking.tryLock()) {
                return known.key();
            }
            try {
                return load(load);
            } catch (DataAccessResourceFailureException away) {
                return known.key();
            } finally {
                asking.unlock();
            }
        }

        private V require(Supplier<V> load) {
            asking.lock();
            try {
                Instant now = clock.instant(); // the one before us may have brought it
                @Nullable Remembered<V> known = remembered;
                if (known != null && now.isBefore(known.at().plus(KEPT))) {
                    return known.key();
                }
                @Nullable Failure recent = failure;
                if (recent != null && isLeftAlone(now)) {
                    throw recent.reason();
                }
                return load(load);
            } finally {
                asking.unlock();
            }
        }

        private V load(Supplier<V> load) {
            Instant now = clock.instant();
            entries.values().removeIf(entry -> entry != this && entry.isOver(now));
            try {
                V key = load.get();
                remembered = new Remembered<>(key, now);
                failure = null;
                return key;
            } catch (KeyProviderAwayException e) {
                failure = new Failure(e, clock.instant());
                throw e;
            }
        }

        private boolean isLeftAlone(Instant now) {
            @Nullable Failure recent = failure;
            return recent != null && now.isBefore(recent.at().plus(LEFT_ALONE));
        }

        private boolean isOver(Instant now) {
            @Nullable Remembered<V> known = remembered;
            return known == null
                    ? !asking.isLocked() && !isLeftAlone(now)
                    : !now.isBefore(known.at().plus(KEPT));
        }
    }

    private record Remembered<V>(V key, Instant at) {}

    private record Failure(KeyProviderAwayException reason, Instant at) {}
}
