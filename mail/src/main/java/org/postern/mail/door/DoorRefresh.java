package org.postern.mail.door;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.postern.crypto.InstanceCertificate;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.PublicKey32;
import org.postern.keys.Authority;

/// Brings a door up to date with the authority in its own process. Thread-safe.
public final class DoorRefresh {

    /// As long as the snapshot's: a door cut off keeps both or neither.
    private static final Duration CERTIFICATE_LIFE = Duration.ofDays(14);

    private static final Duration CERTIFICATE_RENEWED_BEFORE_END = Duration.ofDays(13);

    private final Door door;
    private final Authority authority;
    private final SnapshotPublisher publisher;
    private final Clock clock;

    public DoorRefresh(Door door, Authority authority, SnapshotPublisher publisher, Clock clock) {
        this.door = door;
        this.authority = authority;
        this.publisher = publisher;
        this.clock = clock;
    }

    /// Publishes a snapshot if one is due and takes on the newest.
    ///
    /// @throws org.springframework.dao.DataAccessException while a database is away: the door works
    ///   on with what it has
    /// @throws OpeningFailedException if what the databases hold was not signed by the authority
    ///   this door knows
    public void refresh() throws IOException, OpeningFailedException {
        PublicKey32 key = authority.publicKey();
        door.update(key, certificate(), publisher.publishIfNeeded());
    }

    private InstanceCertificate certificate() {
        Instant now = clock.instant();
        return door.standing()
                .map(Door.Standing::certificate)
                .filter(known ->
                        now.isBefore(known.notAfter().minus(CERTIFICATE_RENEWED_BEFORE_END)))
                .orElseGet(() ->
                        authority.certify(
                                door.instance(),
                                door.instancePublicKey(),
                                now.plus(CERTIFICATE_LIFE)));
    }
}
