package org.postern.keys.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.SecureRandom;
import java.util.UUID;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.SealedRecord;
import org.postern.db.MailboxId;
import org.postern.db.TenantId;

/// Seals what the ledger keeps for the owner of a mailbox, bound to its row and to the mailbox: in
/// another's row it does not open.
final class OwnRecords {

    private final TenantKeys tenants;
    private final SecureRandom random;

    OwnRecords(TenantKeys tenants, SecureRandom random) {
        this.tenants = tenants;
        this.random = random;
    }

    /// Has the tenant's keys at hand, which the key provider may be asked for: not in a
    /// transaction.
    void prepare(TenantId tenant) {
        tenants.of(tenant);
    }

    byte[] seal(Place place, byte[] plain) {
        return tenants.of(place.tenant())
                .operations()
                .seal(plain, place.context(), random)
                .toBytes();
    }

    byte[] seal(Place place, String text) {
        return seal(place, text.getBytes(UTF_8));
    }

    byte[] open(Place place, SealedRecord sealed) {
        try {
            return tenants.of(place.tenant()).operations().open(sealed, place.context());
        } catch (OpeningFailedException e) {
            throw new DamagedLedgerException(place.purpose(), e);
        }
    }

    String openText(Place place, SealedRecord sealed) {
        return new String(open(place, sealed), UTF_8);
    }

    /// Where a record belongs.
    record Place(String purpose, TenantId tenant, MailboxId mailbox, UUID row) {

        private byte[] context() {
            return KeyContext.of("postern " + purpose, tenant.value(), mailbox.value(), row);
        }
    }
}
