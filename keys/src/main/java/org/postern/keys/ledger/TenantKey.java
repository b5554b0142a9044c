package org.postern.keys.ledger;

import java.time.Duration;
import java.time.Instant;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.postern.crypto.WrappingKey;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.WrappedKey;

/// A tenant key in the versions that it has while it is rotated: one wraps, each unwraps what it
/// has wrapped.
final class TenantKey {

    /// When a new version begins to wrap. By then every process knows it, even if the root key's
    /// keeper went away as soon as it was made: none uses older knowledge, and clocks differ.
    static final Duration WRAPS_AFTER = KeyCache.KEPT.plusMinutes(1);

    /// When nothing can be wrapped under the version before any more.
    static final Duration SETTLED_AFTER = WRAPS_AFTER.plusMinutes(4);

    private final SortedMap<Integer, Version> versions = new TreeMap<>();

    void add(WrappingKey key, Instant madeAt) {
        versions.put(key.version(), new Version(key, madeAt));
    }

    /// The version that wraps now.
    WrappingKey wrapping(Instant now) {
        WrappingKey wrapping = versions.firstEntry().getValue().key();
        for (Version version : versions.values()) {
            if (!now.isBefore(version.madeAt().plus(WRAPS_AFTER))) {
                wrapping = version.key();
            }
        }
        return wrapping;
    }

    /// The version that this was wrapped under.
    WrappingKey unwrapping(WrappedKey wrapped) throws OpeningFailedException {
        @Nullable Version version = versions.get(wrapped.version());
        if (version == null) {
            throw new OpeningFailedException();
        }
        return version.key();
    }

    WrappingKey newest() {
        return versions.lastEntry().getValue().key();
    }

    boolean isBeingRotated() {
        return versions.size() > 1;
    }

    /// Whether the newest is the only one that anything is wrapped under from now on.
    boolean isSettled(Instant now) {
        return !now.isBefore(versions.lastEntry().getValue().madeAt().plus(SETTLED_AFTER));
    }

    private record Version(WrappingKey key, Instant madeAt) {}
}
