package org.postern.keys.ledger;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.postern.crypto.InstanceCertificate;
import org.postern.crypto.MacKey;
import org.postern.crypto.SigningKey;
import org.postern.crypto.Succession;
import org.postern.crypto.sealed.Mac256;
import org.postern.crypto.sealed.PublicKey32;
import org.postern.crypto.sealed.Signature64;
import org.postern.crypto.sealed.SpoolPublicKey;
import org.postern.db.TenantId;
import org.postern.db.store.StoredCheckpoint;
import org.postern.db.store.Tenant;
import org.postern.keys.Altered;
import org.postern.keys.Authority;

/// The authority in this process, on the key ledger.
final class LedgerAuthority implements Authority {

    /// Clocks differ, and are set back: an object that a door seals at once must not be older than
    /// the certificate with which it is admitted.
    private static final Duration CLOCKS_DIFFER = Duration.ofDays(1);

    private final SigningKeys signingKeys;
    private final TenantKeys tenants;
    private final SpoolKeys spoolKeys;
    private final Doors doors;
    private final AuditTrees auditTrees;
    private final Configurations configurations;
    private final Deletions deletions;
    private final Clock clock;

    LedgerAuthority(
            SigningKeys signingKeys,
            TenantKeys tenants,
            SpoolKeys spoolKeys,
            Doors doors,
            AuditTrees auditTrees,
            Configurations configurations,
            Deletions deletions,
            Clock clock) {
        this.signingKeys = signingKeys;
        this.tenants = tenants;
        this.spoolKeys = spoolKeys;
        this.doors = doors;
        this.auditTrees = auditTrees;
        this.configurations = configurations;
        this.deletions = deletions;
        this.clock = clock;
    }

    @Override
    public Succession succession() {
        return signingKeys.current().succession();
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
    public Optional<Signature64> sign(String purpose, byte[] document) {
        if (purpose.equals(SNAPSHOT) && !configurations.altered(document).isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(signingKey().sign(purpose, document));
    }

    @Override
    public List<Altered> altered(List<Tenant> all) {
        return configurations.altered(all);
    }

    @Override
    public boolean announce(Optional<Tenant> before, Tenant after) {
        return configurations.announce(before, after);
    }

    @Override
    public void confirm(Tenant now) {
        configurations.confirm(now);
    }

    @Override
    public boolean accept(TenantId tenant, Optional<Tenant> now) {
        if (now.isPresent()) {
            return configurations.accept(now.get());
        }
        configurations.acceptMissing(tenant);
        return true;
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
        return auditTrees.append(tenant, size, leaves, signingKeys.current().auditKey());
    }

    @Override
    public Succession auditSuccession() {
        return signingKeys.current().auditSuccession();
    }

    @Override
    public void createTenant(TenantId tenant) {
        tenants.create(tenant);
        configurations.create(tenant);
    }

    @Override
    public Lent lend(TenantId tenant) {
        deletions.requireRepeated();
        tenants.requireLive(tenant);
        TenantKeys.Keys keys = tenants.of(tenant);
        return new Lent(keys.index(), keys.operations());
    }

    @Override
    public MacKey destinationKey() {
        return signingKey().deriveMac("destination");
    }

    @Override
    public MacKey returnKey() {
        return signingKey().deriveMac("returned mail");
    }

    private SigningKey signingKey() {
        return signingKeys.current().key();
    }
}
