package org.postern.mail.door;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.postern.crypto.Succession;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.SpoolPublicKey;
import org.postern.db.IntegrityLog;
import org.postern.db.store.MailDatabase;
import org.postern.db.store.SignedSnapshot;
import org.postern.db.store.Tenant;
import org.postern.keys.Authority;
import org.springframework.dao.DuplicateKeyException;

/// Builds and signs the snapshot from which doors work. Thread-safe; several processes may publish.
public final class SnapshotPublisher {

    private static final Duration LIFE = Duration.ofDays(14);

    /// A door cut off from the database keeps taking mail for the rest of the life.
    private static final Duration RENEWED_AFTER = Duration.ofHours(6);

    private final MailDatabase database;
    private final Authority authority;
    private final boolean textMessages;
    private final Clock clock;

    /// @param textMessages whether this worker, and so each, can send to phones
    public SnapshotPublisher(
            MailDatabase database, Authority authority, boolean textMessages, Clock clock) {
        this.database = database;
        this.authority = authority;
        this.textMessages = textMessages;
        this.clock = clock;
    }

    /// The newest snapshot, published now if tenants or spool key have changed or it is getting
    /// old.
    public SignedSnapshot publishIfNeeded() {
        List<Tenant> tenants = database.tenants().all();
        SpoolPublicKey spoolKey = authority.spoolKey();
        Optional<SignedSnapshot> newest = database.snapshots().newest();
        if (newest.isPresent() && isCurrent(newest.get(), spoolKey, tenants)) {
            return newest.get();
        }
        return publish(newest.map(SignedSnapshot::number).orElse(0L) + 1, spoolKey, tenants);
    }

    /// A snapshot that we did not sign is never read: another one is published above it.
    private boolean isCurrent(
            SignedSnapshot newest, SpoolPublicKey spoolKey, List<Tenant> tenants) {
        Succession keys = authority.succession();
        try {
            int signer = keys.signer(Door.SNAPSHOT_PURPOSE, newest.document(), newest.signature());
            if (signer < keys.keys().size()) {
                return false; // by a key that has been followed by another
            }
        } catch (OpeningFailedException e) {
            IntegrityLog.common(IntegrityLog.Stored.SNAPSHOT);
            return false;
        }
        Snapshot snapshot = Snapshot.decode(newest.document());
        return snapshot.number() == newest.number()
                && clock.instant().isBefore(snapshot.issuedAt().plus(RENEWED_AFTER))
                && snapshot.spoolKeyId() == spoolKey.id()
                && snapshot.spoolKey().equals(encode(spoolKey))
                && snapshot.textMessages() == textMessages
                && snapshot.tenants().equals(tenants);
    }

    private static String encode(SpoolPublicKey spoolKey) {
        return Base64.getEncoder().encodeToString(spoolKey.toBytes());
    }

    private SignedSnapshot publish(long number, SpoolPublicKey spoolKey, List<Tenant> tenants) {
        Instant now = clock.instant();
        byte[] document =
                new Snapshot(
                                number,
                                now,
                                now.plus(LIFE),
                                spoolKey.id(),
                                encode(spoolKey),
                                textMessages,
                                tenants)
                        .encode();
        SignedSnapshot signed =
                new SignedSnapshot(
                        number, document, authority.sign(Door.SNAPSHOT_PURPOSE, document));
        try {
            database.snapshots().insert(signed, now);
            return signed;
        } catch (DuplicateKeyException e) {
            // Somebody else published at the same moment, from the same rows.
            return database.snapshots().newest().orElseThrow();
        }
    }
}
