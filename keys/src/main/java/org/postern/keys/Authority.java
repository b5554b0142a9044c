package org.postern.keys;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.postern.crypto.InstanceCertificate;
import org.postern.crypto.MacKey;
import org.postern.crypto.RecordKey;
import org.postern.crypto.Succession;
import org.postern.crypto.audit.Checkpoint;
import org.postern.crypto.audit.VerifierKey;
import org.postern.crypto.sealed.Mac256;
import org.postern.crypto.sealed.PublicKey32;
import org.postern.crypto.sealed.Signature64;
import org.postern.crypto.sealed.SpoolPublicKey;
import org.postern.db.TenantId;
import org.postern.db.store.StoredCheckpoint;
import org.postern.db.store.Tenant;

/// What the holder of the signing key does for the other roles. Thread-safe.
///
/// Every method throws a [org.springframework.dao.DataAccessException] while the ledger is away:
/// try again later.
public interface Authority {

    /// What a snapshot's signature is made for.
    String SNAPSHOT = "postern snapshot";

    /// The keys by which everything signed here is verified; the newest signs.
    Succession succession();

    /// The newest of them.
    default PublicKey32 publicKey() {
        return succession().newest();
    }

    /// Vouches that objects sealed with this key until `notAfter` come from this instance. Begins a
    /// day ago, since clocks differ.
    InstanceCertificate certify(String instance, PublicKey32 instanceKey, Instant notAfter);

    /// Hears from a certified instance which spool keys it can still need: none older than this.
    /// Until it has said so, all.
    void report(String instance, long oldestSpoolKey);

    /// Signs a document for one purpose.
    ///
    /// @return empty for a snapshot with an organisation that is not as it was last set
    Optional<Signature64> sign(String purpose, byte[] document);

    /// The organisations that are not as an administrator last set them. What was announced and is
    /// found is confirmed.
    ///
    /// @param tenants all that there are
    List<Altered> altered(List<Tenant> tenants);

    /// Allows an organisation's new rows besides those that it has, before they are written.
    ///
    /// @param before empty for an organisation that has none yet
    /// @return false if those before are not as they were last set: then nothing was allowed
    boolean announce(Optional<Tenant> before, Tenant after);

    /// What was announced is written: the rows before it are allowed no more.
    void confirm(Tenant now);

    /// An operator has looked at an organisation's rows and says that they are right.
    ///
    /// @param now empty if it has none any more
    /// @return false if the organisation has ended
    boolean accept(TenantId tenant, Optional<Tenant> now);

    /// The key to seal to this week.
    SpoolPublicKey spoolKey();

    /// How many audit events of a tenant have been signed for.
    long audited(TenantId tenant);

    /// Appends events to a tenant's audit chain if it has exactly `size` of them, and signs the
    /// chain as it then stands. What was appended stays: there is no way to sign another chain for
    /// this tenant (docs/format.md, section 11.2).
    ///
    /// @param leaves leaf hashes, in the order of the chain
    StoredCheckpoint checkpoint(TenantId tenant, long size, List<Mac256> leaves);

    /// The keys by which checkpoints are verified; each follows from the signing key of its time.
    Succession auditSuccession();

    /// By which the newest checkpoints of this tenant's chain are verified.
    default VerifierKey auditKey(TenantId tenant) {
        return new VerifierKey(Checkpoint.origin(tenant.value()), auditSuccession().newest());
    }

    /// Makes a tenant's keys, once. Its rows are announced next.
    void createTenant(TenantId tenant);

    /// Lends a worker what it needs to name and address people of a tenant; no content opens with
    /// it.
    Lent lend(TenantId tenant);

    /// Lends workers that by which they all know the domains that mail goes to; nothing opens with
    /// it.
    MacKey destinationKey();

    /// Lends workers and doors that by which mail of ours is known when it comes back; nothing
    /// opens with it.
    MacKey returnKey();

    /// What a worker may have of a tenant.
    ///
    /// @param index for look-ups by HMAC
    /// @param operations opens addresses and names
    record Lent(MacKey index, RecordKey operations) {}
}
