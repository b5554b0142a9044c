package org.postern.mail.door;

import static java.util.function.Function.identity;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postern.crypto.Succession;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.Signature64;
import org.postern.crypto.sealed.SpoolPublicKey;
import org.postern.db.IntegrityLog;
import org.postern.db.TenantId;
import org.postern.db.store.MailDatabase;
import org.postern.db.store.SignedSnapshot;
import org.postern.db.store.Tenant;
import org.postern.keys.Altered;
import org.postern.keys.Altered.How;
import org.postern.keys.Authority;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DuplicateKeyException;

/// Builds and signs the snapshot from which doors work. Thread-safe; several processes may publish.
///
/// Rows that were altered are not published: the organisation stays as it was in the newest
/// snapshot. If that does not have it as it should be, none is signed, and doors work on with
/// theirs.
public final class SnapshotPublisher {

    private static final Logger log = LoggerFactory.getLogger(SnapshotPublisher.class);

    private static final Duration LIFE = Duration.ofDays(14);

    /// A door cut off from the database keeps taking mail for the rest of the life.
    private static final Duration RENEWED_AFTER = Duration.ofHours(6);

    /// An administrator may change rows while they are compared.
    private static final int MOST_LOOKS = 5;

    /// As PostgreSQL orders ids.
    private static final Comparator<Tenant> BY_ID =
            Comparator.comparing(tenant -> tenant.id().toString());

    private final MailDatabase database;
    private final Authority authority;
    private final boolean textMessages;
    private final Clock clock;
    private final AtomicReference<List<Altered>> told = new AtomicReference<>(List.of());

    /// @param textMessages whether this worker, and so each, can send to phones
    public SnapshotPublisher(
            MailDatabase database, Authority authority, boolean textMessages, Clock clock) {
        this.database = database;
        this.authority = authority;
        this.textMessages = textMessages;
        this.clock = clock;
    }

    /// The newest snapshot, published now if tenants, spool key or signing key have changed or it
    /// is getting old. Empty if there never was one and none can be signed.
    public Optional<SignedSnapshot> publishIfNeeded() {
        Looked looked = look();
        tell(looked.altered());
        SpoolPublicKey spoolKey = authority.spoolKey();
        Optional<SignedSnapshot> stored = database.snapshots().newest();
        Succession keys = authority.succession();
        Optional<Snapshot> newest = stored.flatMap(found -> genuine(keys, found));
        List<Tenant> tenants = published(looked, newest);
        if (stored.isPresent()
                && newest.isPresent()
                && isByTheNewestKey(keys, stored.get())
                && isCurrent(newest.get(), spoolKey, tenants)) {
            return stored;
        }
        long number = stored.map(SignedSnapshot::number).orElse(0L) + 1;
        return publish(number, spoolKey, tenants)
                .or(() -> {
                    log.error(
                            "no snapshot is signed, since rows of organisations were altered; doors"
                                    + " work on with theirs: newest={}",
                            newest.map(found -> found.number() + " of " + found.issuedAt())
                                    .orElse("none"));
                    return newest.isPresent() ? stored : Optional.empty();
                });
    }

    /// How many organisations were found altered when they were last looked at.
    public int alteredTenants() {
        return told.get().size();
    }

    /// What is to be known of an organisation whose rows were altered.
    ///
    /// @param published as it stands in the newest snapshot, if it does
    /// @param found as the rows have it, if there are any
    public record Difference(Altered altered, Optional<Tenant> published, Optional<Tenant> found) {}

    /// The organisations whose rows were altered.
    public List<Difference> differences() {
        Looked looked = look();
        Succession keys = authority.succession();
        Map<TenantId, Tenant> before =
                byId(
                        database.snapshots()
                                .newest()
                                .flatMap(stored -> genuine(keys, stored))
                                .map(Snapshot::tenants)
                                .orElse(List.of()));
        Map<TenantId, Tenant> found = byId(looked.rows());
        return looked.altered().stream()
                .map(altered ->
                        new Difference(
                                altered,
                                Optional.ofNullable(before.get(altered.tenant())),
                                Optional.ofNullable(found.get(altered.tenant()))))
                .toList();
    }

    /// The rows, and which of them were altered. What an administrator changed while we looked is
    /// looked at again.
    private Looked look() {
        List<Tenant> rows = database.tenants().all();
        List<Altered> altered = authority.altered(rows);
        for (int look = 1; look < MOST_LOOKS && !altered.isEmpty(); look++) {
            List<Tenant> again = database.tenants().all();
            if (again.equals(rows)) {
                break;
            }
            rows = again;
            altered = authority.altered(rows);
        }
        return new Looked(rows, altered);
    }

    private record Looked(List<Tenant> rows, List<Altered> altered) {}

    /// The rows, with what was altered as it was before.
    private static List<Tenant> published(Looked looked, Optional<Snapshot> newest) {
        if (looked.altered().isEmpty()) {
            return looked.rows();
        }
        Map<TenantId, Tenant> tenants = byId(looked.rows());
        Map<TenantId, Tenant> before = byId(newest.map(Snapshot::tenants).orElse(List.of()));
        for (Altered altered : looked.altered()) {
            @Nullable Tenant good = before.get(altered.tenant());
            if (altered.how() == How.UNKNOWN || altered.how() == How.ENDED) {
                tenants.remove(altered.tenant());
            } else if (good != null) {
                tenants.put(altered.tenant(), good);
            }
        }
        return tenants.values().stream().sorted(BY_ID).toList();
    }

    private static Map<TenantId, Tenant> byId(List<Tenant> tenants) {
        return tenants.stream().collect(Collectors.toMap(Tenant::id, identity()));
    }

    /// Once for each that is found altered, until it is as it should be.
    private void tell(List<Altered> found) {
        List<Altered> altered = found.stream().filter(each -> each.how() != How.ENDED).toList();
        List<Altered> before = told.getAndSet(altered);
        List<Altered> fresh = new ArrayList<>(altered);
        fresh.removeAll(before);
        fresh.forEach(each -> IntegrityLog.configuration(each.tenant(), each.words()));
        if (altered.isEmpty() && !before.isEmpty()) {
            log.info("the rows of all organisations are as they were set");
        }
    }

    /// A snapshot that we did not sign is never read: another one is published above it.
    private static Optional<Snapshot> genuine(Succession keys, SignedSnapshot stored) {
        try {
            signer(keys, stored);
        } catch (OpeningFailedException e) {
            IntegrityLog.common(IntegrityLog.Stored.SNAPSHOT);
            return Optional.empty();
        }
        return Optional.of(Snapshot.decode(stored.document()))
                .filter(snapshot -> snapshot.number() == stored.number());
    }

    private static boolean isByTheNewestKey(Succession keys, SignedSnapshot stored) {
        try {
            return signer(keys, stored) == keys.keys().size();
        } catch (OpeningFailedException e) {
            return false;
        }
    }

    private static int signer(Succession keys, SignedSnapshot stored)
            throws OpeningFailedException {
        return keys.signer(Door.SNAPSHOT_PURPOSE, stored.document(), stored.signature());
    }

    private boolean isCurrent(Snapshot snapshot, SpoolPublicKey spoolKey, List<Tenant> tenants) {
        return clock.instant().isBefore(snapshot.issuedAt().plus(RENEWED_AFTER))
                && snapshot.spoolKeyId() == spoolKey.id()
                && snapshot.spoolKey().equals(encode(spoolKey))
                && snapshot.textMessages() == textMessages
                && snapshot.tenants().equals(tenants);
    }

    private static String encode(SpoolPublicKey spoolKey) {
        return Base64.getEncoder().encodeToString(spoolKey.toBytes());
    }

    private Optional<SignedSnapshot> publish(
            long number, SpoolPublicKey spoolKey, List<Tenant> tenants) {
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
        Optional<Signature64> signature = authority.sign(Door.SNAPSHOT_PURPOSE, document);
        if (signature.isEmpty()) {
            return Optional.empty();
        }
        SignedSnapshot signed = new SignedSnapshot(number, document, signature.get());
        try {
            database.snapshots().insert(signed, now);
            return Optional.of(signed);
        } catch (DuplicateKeyException e) {
            // Somebody else published at the same moment, from the same rows.
            return database.snapshots().newest();
        }
    }
}
