package org.postern.mail.door;

import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.SpoolPublicKey;
import org.postern.db.TenantId;
import org.postern.db.store.Tenant;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// All that a door must know to take mail: tenants, domains, connectors and the key to seal to.
///
/// @param number grows with every snapshot; an older one is refused
/// @param spoolKeyId names the spool key
/// @param spoolKey the X-Wing public key in base64
/// @param textMessages whether our workers can send to phones
public record Snapshot(
        long number,
        Instant issuedAt,
        Instant validUntil,
        long spoolKeyId,
        String spoolKey,
        boolean textMessages,
        List<Tenant> tenants) {

    /// A door that starts after an upgrade while the database is away has the snapshot of the
    /// release before, which lacks what is new.
    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .build();

    public Snapshot {
        tenants = List.copyOf(tenants);
    }

    /// The document that is signed.
    public byte[] encode() {
        return JSON.writeValueAsBytes(this);
    }

    /// Reads a document whose signature was verified.
    public static Snapshot decode(byte[] document) {
        return JSON.readValue(document, Snapshot.class);
    }

    /// The key to seal to.
    public SpoolPublicKey spoolPublicKey() throws OpeningFailedException {
        return SpoolPublicKey.of(spoolKeyId, Base64.getDecoder().decode(spoolKey));
    }

    /// The tenant with this id.
    public Optional<Tenant> tenant(TenantId id) {
        return tenants.stream().filter(tenant -> tenant.id().equals(id)).findFirst();
    }

    /// The tenant whose notices come back to this domain, given in lower case.
    public Optional<Tenant> tenantReturningTo(String domain) {
        return tenants.stream()
                .filter(tenant -> tenant.rules().returnDomain().filter(domain::equals).isPresent())
                .findFirst();
    }

    /// The tenant whose portal answers at this host, given in lower case without port.
    public Optional<Tenant> tenantAt(String host) {
        return tenants.stream().filter(tenant -> tenant.portalHost().equals(host)).findFirst();
    }
}
