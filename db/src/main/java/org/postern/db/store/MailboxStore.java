package org.postern.db.store;

import static org.postern.db.store.Columns.at;
import static org.postern.db.store.Columns.optionalMac;
import static org.postern.db.store.Columns.sealed;
import static org.postern.db.store.Columns.uuid;

import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.postern.crypto.sealed.Mac256;
import org.postern.crypto.sealed.SealedRecord;
import org.postern.db.Language;
import org.postern.db.MailboxId;
import org.postern.db.TenantId;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Mailboxes by id, each address sealed under the operations key. Thread-safe.
public final class MailboxStore {

    private final JdbcClient sql;

    public MailboxStore(JdbcClient mailDatabase) {
        this.sql = mailDatabase;
    }

    /// Makes a mailbox known unless it is, in the caller's transaction. The key ledger says whose
    /// an address is: one that had it before was erased there, and this database, restored from a
    /// backup, does not know it.
    public void insertIfAbsent(
            TenantId tenant,
            MailboxId mailbox,
            Mac256 addressMac,
            SealedRecord sealedAddress,
            Instant now) {
        Optional<MailboxId> known = find(tenant, addressMac);
        if (known.filter(mailbox::equals).isPresent()) {
            return;
        }
        known.ifPresent(other -> erase(tenant, other));
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

    /// The mailboxes of these addresses, by look-up value.
    public Map<Mac256, MailboxId> find(TenantId tenant, Collection<Mac256> addressMacs) {
        Map<Mac256, MailboxId> found = new HashMap<>();
        sql.sql(
                        """
                        SELECT mailbox_id, address_mac FROM mailbox
                         WHERE tenant_id = :tenant AND address_mac = ANY (:macs)
                        """)
                .param("tenant", tenant.value())
                .param("macs", addressMacs.stream().map(Mac256::toBytes).toArray(byte[][]::new))
                .query(row -> {
                    found.put(
                            optionalMac(row, "address_mac").orElseThrow(),
                            new MailboxId(uuid(row, "mailbox_id")));
                });
        return found;
    }

    /// The mailbox of an address, by its look-up value.
    public Optional<MailboxId> find(TenantId tenant, Mac256 addressMac) {
        return sql.sql(
                        "SELECT mailbox_id FROM mailbox WHERE tenant_id = :tenant AND address_mac ="
                                + " :mac")
                .param("tenant", tenant.value())
                .param("mac", addressMac.toBytes())
                .query((row, _) -> new MailboxId(uuid(row, "mailbox_id")))
                .optional();
    }

    /// Forgets whose a mailbox is, and what was kept of the SMTP envelopes that name him. Its id
    /// stays.
    public void erase(TenantId tenant, MailboxId mailbox) {
        sql.sql(
                        """
                        UPDATE slot SET sealed_envelope = NULL
                         WHERE tenant_id = :tenant AND sealed_envelope IS NOT NULL
                           AND (mailbox_id = :mailbox OR message_id IN (SELECT message_id FROM slot
                                                                         WHERE tenant_id = :tenant AND mailbox_id = :mailbox AND sent))
                        """)
                .param("tenant", tenant.value())
                .param("mailbox", mailbox.value())
                .update();
        sql.sql(
                        """
                        UPDATE mailbox SET address_mac = NULL, sealed_address = NULL, language = NULL
                         WHERE tenant_id = :tenant AND mailbox_id = :mailbox
                        """)
                .param("tenant", tenant.value())
                .param("mailbox", mailbox.value())
                .update();
    }

    /// The mailbox's sealed address; none if its owner was erased.
    public Optional<SealedRecord> findAddress(TenantId tenant, MailboxId mailbox) {
        return sql.sql(
                        """
                        SELECT sealed_address FROM mailbox
                         WHERE tenant_id = :tenant AND mailbox_id = :mailbox AND sealed_address IS NOT NULL
                        """)
                .param("tenant", tenant.value())
                .param("mailbox", mailbox.value())
                .query((row, _) -> sealed(row, "sealed_address", SealedRecord::of))
                .optional();
    }

    /// What the mailbox's owner reads, if that is known.
    public Optional<Language> language(TenantId tenant, MailboxId mailbox) {
        return sql.sql(
                        """
                        SELECT language FROM mailbox
                         WHERE tenant_id = :tenant AND mailbox_id = :mailbox AND language IS NOT NULL
                        """)
                .param("tenant", tenant.value())
                .param("mailbox", mailbox.value())
                .query(String.class)
                .optional()
                .flatMap(Language::of);
    }

    /// Remembers what the mailbox's owner reads.
    public void updateLanguage(TenantId tenant, MailboxId mailbox, Language language) {
        sql.sql(
                        "UPDATE mailbox SET language = :language WHERE tenant_id = :tenant AND"
                                + " mailbox_id = :mailbox")
                .param("language", language.tag())
                .param("tenant", tenant.value())
                .param("mailbox", mailbox.value())
                .update();
    }

    /// Remembers what the mailbox's owner seems to read, unless that is known.
    public void updateLanguageIfNone(TenantId tenant, MailboxId mailbox, Language language) {
        sql.sql(
                        """
                        UPDATE mailbox SET language = :language
                         WHERE tenant_id = :tenant AND mailbox_id = :mailbox AND language IS NULL
                        """)
                .param("language", language.tag())
                .param("tenant", tenant.value())
                .param("mailbox", mailbox.value())
                .update();
    }
}
