package org.postern.keys;

import java.time.Instant;
import org.postern.crypto.InstanceCertificate;
import org.postern.crypto.MacKey;
import org.postern.crypto.RecordKey;
import org.postern.crypto.sealed.PublicKey32;
import org.postern.crypto.sealed.Signature64;
import org.postern.crypto.sealed.SpoolPublicKey;
import org.postern.db.TenantId;

/// What the holder of the signing key does for the other roles. Thread-safe.
///
/// Every method throws a [org.springframework.dao.DataAccessException] while the ledger is away:
/// try again later.
public interface Authority {

    /// What a snapshot's signature is made for.
    String SNAPSHOT = "postern snapshot";

    /// The key by which everything signed here is verified.
    PublicKey32 publicKey();

    /// Vouches that objects sealed with this key until `notAfter` come from this instance. Begins a
    /// day ago, since clocks differ.
    InstanceCertificate certify(String instance, PublicKey32 instanceKey, Instant notAfter);

    /// Signs a document for one purpose.
    Signature64 sign(String purpose, byte[] document);

    /// The key to seal to this week.
    SpoolPublicKey spoolKey();

    /// Makes a tenant's keys, once.
    void createTenant(TenantId tenant);

    /// Lends a worker what it needs to name and address people of a tenant; no content opens with
    /// it.
    Lent lend(TenantId tenant);

    /// What a worker may have of a tenant.
    ///
    /// @param index for look-ups by HMAC
    /// @param operations opens addresses and names
    record Lent(MacKey index, RecordKey operations) {}
}
