package org.postern.keys.ledger;

import static org.postern.keys.ledger.Rows.at;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.postern.crypto.InstanceCertificate;
import org.postern.crypto.SigningKey;
import org.postern.crypto.audit.Checkpoint;
import org.postern.crypto.audit.VerifierKey;
import org.postern.crypto.sealed.Mac256;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.PublicKey32;
import org.postern.crypto.sealed.Signature64;
import org.postern.crypto.sealed.SpoolPublicKey;
import org.postern.db.TenantId;
import org.postern.db.store.StoredCheckpoint;
import org.postern.keys.Authority;
import org.postern.keys.provider.WrapContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/// The authority in this process, on the key ledger.
final class LedgerAuthority implements Authority {

    static final int VERSION = 1;

    /// Clocks differ, and are set back: an object that a door seals at once must not be older than
    /// the certificate with which it is admitted.
    private static final Duration CLOCKS_DIFFER = Duration.ofDays(1);

    private static final WrapContext CONTEXT = WrapContext.signingKey(VERSION);

    private final JdbcClient sql;
    private final TenantKeys tenants;
    private final SpoolKeys spoolKeys;
    private final Doors doors;
    private final AuditTrees auditTrees;
    private final RootKey root;
    private final Clock clock;
    private final SecureRandom random;
    private final KeyCache<ByteBuffer, SigningKey> remembered;

    LedgerAuthority(
            JdbcClient ledger,
            TenantKeys tenants,
            SpoolKeys spoolKeys,
            Doors doors,
            AuditTrees auditTrees,
            RootKey root,
            Clock clock,
            SecureRandom random) {
        this.sql = ledger;
        this.tenants = tenants;
        this.spoolKeys = spoolKeys;
        this.doors = doors;
        this.auditTrees = auditTrees;
        this.root = root;
        this.clock = clock;
        this.random = random;
        this.remembered = new KeyCache<>(clock);
    }

    @Override
    public PublicKey32 publicKey() {
        return signingKey().publicKey();
    }

    @Override
    public InstanceCertificate certify(String instance, PublicKey32 instanceKey, Instant notAfter) {
        // Before it can seal: what it seals to must not be destroyed behind its back.
        doors.add(instance);
        return InstanceCertificate.issue(
                signingKey(),
                instance,
                instanceKey,
                clock.instant().minus(CLOCKS_DIFFER),
                notAfter);
    }

    @Override
    public void report(String instance, long oldestSpoolKey) {
        doors.report(instance, oldestSpoolKey);
    }

    @Override
    public Signature64 sign(String purpose, byte[] document) {
        return signingKey().sign(purpose, document);
    }

    @Override
    public SpoolPublicKey spoolKey() {
        return spoolKeys.current().publicKey();
    }

    @Override
    public long audited(TenantId tenant) {
        return auditTrees.size(tenant);
    }

    @Override
    public StoredCheckpoint checkpoint(TenantId tenant, long size, List<Mac256> leaves) {
        return auditTrees.append(tenant, size, leaves, auditKey());
    }

    @Override
    public VerifierKey auditKey(TenantId tenant) {
        return new VerifierKey(Checkpoint.origin(tenant.value()), auditKey().publicKey());
    }

    @Override
    public void createTenant(TenantId tenant) {
        tenants.create(tenant);
    }

    @Override
    public Lent lend(TenantId tenant) {
        TenantKeys.Keys keys = tenants.of(tenant);
        return new Lent(keys.index(), keys.operations());
    }

    /// Signed notes have no room for a purpose, so they have a key of their own.
    private SigningKey auditKey() {
        return signingKey().derive("audit");
    }

    private SigningKey signingKey() {
        return find().orElseGet(() -> {
            sql.sql(
                            """
                            INSERT INTO signing_key (version, wrapped_key, created_at)
                            VALUES (:version, :key, :now) ON CONFLICT DO NOTHING
                            """)
                    .param("version", VERSION)
                    .param("key", root.wrap(SigningKey.generate(random).exportSecret(), CONTEXT))
                    .param("now", at(clock.instant()))
                    .update();
            return find().orElseThrow();
        });
    }

    private Optional<SigningKey> find() {
        return sql.sql("SELECT wrapped_key FROM signing_key WHERE version = :version")
                .param("version", VERSION)
                .query((row, _) -> row.getBytes("wrapped_key"))
                .optional()
                .map(key -> remembered.get(ByteBuffer.wrap(key), () -> unwrap(key)));
    }

    private SigningKey unwrap(byte[] key) {
        try {
            return SigningKey.importSecret(root.unwrap(key, CONTEXT));
        } catch (OpeningFailedException e) {
            throw new DamagedLedgerException("signing key", e);
        }
    }
}
