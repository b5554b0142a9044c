package org.postern.notifications.outgoing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Clock;
import java.util.Locale;
import org.postern.crypto.sealed.Mac256;
import org.postern.db.EmailAddress;
import org.postern.keys.Authority;

/// Knows the domain that a mail goes to by a hash that all workers make alike: neither the mail
/// database nor Redis has a domain in clear. Thread-safe.
public final class Destinations {

    private static final String PURPOSE = "postern destination\0";

    private final LentKey key;

    public Destinations(Authority authority, Clock clock) {
        this.key = new LentKey(authority::destinationKey, clock);
    }

    public Mac256 of(EmailAddress address) {
        return key.get().mac((PURPOSE + address.domain().toLowerCase(Locale.ROOT)).getBytes(UTF_8));
    }
}
