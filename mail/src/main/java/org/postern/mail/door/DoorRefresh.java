package org.postern.mail.door;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import org.postern.crypto.InstanceCertificate;
import org.postern.crypto.Succession;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.db.IntegrityLog;
import org.postern.db.store.SignedSnapshot;
import org.postern.keys.Authority;

/// Brings a door up to date with the authority. Thread-safe.
public final class DoorRefresh {

    /// As long as the snapshot's: a door cut off keeps both or neither.
    private static final Duration CERTIFICATE_LIFE = Duration.ofDays(14);

    private static final Duration CERTIFICATE_RENEWED_BEFORE_END = Duration.ofDays(13);

    private final Door door;
    private final Authority authority;
    private final Supplier<Optional<SignedSnapshot>> snapshots;
    private final Clock clock;
    private final boolean takesReturnedMail;

    /// For a process that publishes snapshots itself.
    public DoorRefresh(Door door, Authority authority, SnapshotPublisher publisher, Clock clock) {
        this(door, authority, publisher::publishIfNeeded, clock);
    }

    /// For a process that takes what others publish.
    ///
    /// @param snapshots the newest, if one was ever published
    public DoorRefresh(
            Door door,
            Authority authority,
            Supplier<Optional<SignedSnapshot>> snapshots,
            Clock clock) {
        this(door, authority, snapshots, clock, false);
    }

    private DoorRefresh(
            Door door,
            Authority authority,
            Supplier<Optional<SignedSnapshot>> snapshots,
            Clock clock,
            boolean takesReturnedMail) {
        this.door = door;
        this.authority = authority;
        this.snapshots = snapshots;
        this.clock = clock;
        this.takesReturnedMail = takesReturnedMail;
    }

    /// The same for a door to which mail of ours comes back.
    public DoorRefresh takingReturnedMail() {
        return new DoorRefresh(door, authority, snapshots, clock, true);
    }

    /// Takes on the newest snapshot, published now if one is due and that is ours to do.
    ///
    /// @throws org.springframework.dao.DataAccessException while a database is away: the door works
    ///   on with what it has
    /// @throws OpeningFailedException if what the databases hold was not signed by the authority
    ///   this door knows
    public void refresh() throws IOException, OpeningFailedException {
        Succession keys = authority.succession();
        if (takesReturnedMail) {
            door.updateReturnKey(authority.returnKey());
        }
        Optional<SignedSnapshot> newest = snapshots.get();
        if (newest.isPresent()) {
            InstanceCertificate certificate = certificate();
            try {
                door.update(keys, certificate, newest.get());
            } catch (OpeningFailedException e) {
                IntegrityLog.common(IntegrityLog.Stored.SNAPSHOT);
                throw e;
            }
        }
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
