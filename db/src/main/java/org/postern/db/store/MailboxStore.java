package org.postern.db.store;

import static org.postern.db.store.Columns.at;
import static org.postern.db.store.Columns.sealed;

import java.time.Instant;
import java.util.Optional;
import org.postern.crypto.sealed.Mac256;
import org.postern.crypto.sealed.SealedRecord;
import org.postern.db.MailboxId;
import org.postern.db.TenantId;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Mailboxes by id, each address sealed under the operations key. Thread-safe.
public final class MailboxStore {

    private final JdbcClient sql;

    public MailboxStore(JdbcClient mailDatabase) {
        this.sql = mailDatabase;
    }

    /// Makes a mailbox known unless it is, in the caller's transaction.
    public void insertIfAbsent(
            TenantId tenant,
            MailboxId mailbox,
            Mac256 addressMac,
            SealedRecord sealedAddress,
            Instant now) {
        sql.sql(
                        """
                        INSERT INTO mailbox (tenant_id, mailbox_id, address_mac, sealed_address, created_at)
                        VALUES (:tenant, :mailbox, :mac, :address, :now)
                        ON CONFLICT (tenant_id, mailbox_id) DO NOTHING
                        """)
                .param("tenant", tenant.value())
                .param("mailbox", mailbox.value())
                .param("mac", addressMac.toBytes())
                .param("address", sealedAddress.toBytes())
                .param("now", at(now))
                .update();
    }

    /// The mailbox's sealed address.
    public Optional<SealedRecord> findAddress(TenantId tenant, MailboxId mailbox) {
        return sql.sql(
                        "SELECT sealed_address FROM mailbox WHERE tenant_id = :tenant AND"
                                + " mailbox_id = :mailbox")
                .param("tenant", tenant.value())
                .param("mailbox", mailbox.value())
                .query((row, _) -> sealed(row, "sealed_address", SealedRecord::of))
                .optional();
    }
}
