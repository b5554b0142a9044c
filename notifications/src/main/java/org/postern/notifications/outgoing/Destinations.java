package org.postern.notifications.outgoing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.postern.crypto.MacKey;
import org.postern.crypto.sealed.Mac256;
import org.postern.db.EmailAddress;
import org.postern.keys.Authority;

/// Knows the domain that a mail goes to by a hash that all workers make alike: neither the mail
/// database nor Redis has a domain in clear. Thread-safe.
public final class Destinations {

    private static final String PURPOSE = "postern destination\0";

    /// The authority's key may have a successor, and so has this.
    private static final Duration KEPT = Duration.ofMinutes(5);

    private final Authority authority;
    private final Clock clock;
    private volatile @Nullable Kept kept;

    public Destinations(Authority authority, Clock clock) {
        this.authority = authority;
        this.clock = clock;
    }

    public Mac256 of(EmailAddress address) {
        return key().mac((PURPOSE + address.domain().toLowerCase(Locale.ROOT)).getBytes(UTF_8));
    }

    private MacKey key() {
        Instant now = clock.instant();
        Kept known = kept;
        if (known == null || !now.isBefore(known.until())) {
            known = new Kept(authority.destinationKey(), now.plus(KEPT));
            kept = known;
        }
        return known.key();
    }

    private record Kept(MacKey key, Instant until) {}
}
