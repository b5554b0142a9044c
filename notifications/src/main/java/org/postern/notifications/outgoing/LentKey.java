package org.postern.notifications.outgoing;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.postern.crypto.MacKey;

/// A key that the authority lends, kept for a while: it may have a successor. Thread-safe.
public final class LentKey {

    private static final Duration KEPT = Duration.ofMinutes(5);

    private final Supplier<MacKey> lender;
    private final Clock clock;
    private volatile @Nullable Kept kept;

    public LentKey(Supplier<MacKey> lender, Clock clock) {
        this.lender = lender;
        this.clock = clock;
    }

    /// The key.
    public MacKey get() {
        Instant now = clock.instant();
        Kept known = kept;
        if (known == null || !now.isBefore(known.until())) {
            known = new Kept(lender.get(), now.plus(KEPT));
            kept = known;
        }
        return known.key();
    }

    private record Kept(MacKey key, Instant until) {}
}
