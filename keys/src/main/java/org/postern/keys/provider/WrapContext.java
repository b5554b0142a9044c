package org.postern.keys.provider;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.UUID;
import org.postern.db.TenantId;

/// What a secret under the root key is bound to, so that none can stand in another's place:
/// docs/format.md, section 4.7.
///
/// @param number version of the key, or id of the spool key pair
public record WrapContext(Purpose purpose, Optional<TenantId> tenant, long number) {

    /// What the secret is for.
    public enum Purpose {
        TENANT_KEY(1, "postern tenant key"),
        SPOOL_KEY(6, "postern spool key"),
        SIGNING_KEY(7, "postern signing key");

        /// The kind of the wrapped key (docs/format.md, section 4.4).
        private final int kind;

        private final String label;

        Purpose(int kind, String label) {
            this.kind = kind;
            this.label = label;
        }

        String label() {
            return label;
        }
    }

    public static WrapContext tenantKey(TenantId tenant, int version) {
        return new WrapContext(Purpose.TENANT_KEY, Optional.of(tenant), version);
    }

    public static WrapContext spoolKey(long id) {
        return new WrapContext(Purpose.SPOOL_KEY, Optional.empty(), id);
    }

    public static WrapContext signingKey(int version) {
        return new WrapContext(Purpose.SIGNING_KEY, Optional.empty(), version);
    }

    /// Whose the secret is, as section 4.4 wants it; kind and number stand beside it there.
    byte[] owner() {
        byte[] name = purpose.label().getBytes(US_ASCII);
        ByteBuffer bytes = ByteBuffer.allocate(name.length + 1 + (tenant.isPresent() ? 16 : 8));
        bytes.put(name).put((byte) 0);
        if (tenant.isPresent()) {
            UUID id = tenant.get().value();
            bytes.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
        } else {
            bytes.putLong(number);
        }
        return bytes.array();
    }

    /// All of it, for a keeper that authenticates bytes.
    byte[] associatedData() {
        byte[] label = "postern root".getBytes(US_ASCII);
        byte[] owner = owner();
        return ByteBuffer.allocate(label.length + 1 + 1 + 8 + owner.length)
                .put(label)
                .put((byte) 0)
                .put((byte) purpose.kind)
                .putLong(number)
                .put(owner)
                .array();
    }
}
