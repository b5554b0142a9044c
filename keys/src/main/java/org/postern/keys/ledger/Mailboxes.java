package org.postern.keys.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.postern.keys.ledger.Rows.at;
import static org.postern.keys.ledger.Rows.wrapped;

import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.postern.crypto.WrappingKey;
import org.postern.crypto.sealed.Mac256;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.SealedRecord;
import org.postern.crypto.sealed.UuidV7;
import org.postern.crypto.sealed.WrappedKey;
import org.postern.db.EmailAddress;
import org.postern.db.IntegrityLog;
import org.postern.db.MailboxId;
import org.postern.db.MalformedAddressException;
import org.postern.db.TenantId;
import org.springframework.jdbc.core.simple.JdbcClient;

/// The mailboxes of each tenant with their keys, one per address.
final class Mailboxes {

    private static final int FIRST = 1;

    private final JdbcClient sql;
    private final TenantKeys tenants;
    private final UuidV7 ids;
    private final Clock clock;
    private final SecureRandom random;

    Mailboxes(JdbcClient ledger, TenantKeys tenants, UuidV7 ids, Clock clock, SecureRandom random) {
        this.sql = ledger;
        this.tenants = tenants;
        this.ids = ids;
        this.clock = clock;
        this.random = random;
    }

    /// The look-up value of an address.
    Mac256 mac(TenantId tenant, EmailAddress address) {
        return mac(tenants.of(tenant), address);
    }

    private static Mac256 mac(TenantKeys.Keys keys, EmailAddress address) {
        return keys.index().mac(address.normalForm().getBytes(UTF_8));
    }

    Optional<Mailbox> find(TenantId tenant, EmailAddress address) {
        TenantKeys.Keys keys = tenants.of(tenant);
        return sql.sql("SELECT * FROM mailbox WHERE tenant_id = :tenant AND address_mac = :mac")
                .param("tenant", tenant.value())
                .param("mac", mac(tenant, address).toBytes())
                .query((row, _) -> mailbox(row, keys))
                .optional();
    }

    /// Those of these addresses that there are, by look-up value: one query for all.
    Map<Mac256, Mailbox> find(TenantId tenant, Set<Mac256> addresses) {
        TenantKeys.Keys keys = tenants.of(tenant);
        Map<Mac256, Mailbox> found = new HashMap<>();
        sql.sql("SELECT * FROM mailbox WHERE tenant_id = :tenant AND address_mac = ANY (:macs)")
                .param("tenant", tenant.value())
                .param("macs", addresses.stream().map(Mac256::toBytes).toArray(byte[][]::new))
                .query((row, _) -> mailbox(row, keys))
                .list()
                .forEach(mailbox -> found.put(mac(keys, mailbox.address()), mailbox));
        return found;
    }

    Mailbox get(TenantId tenant, MailboxId mailbox) {
        // Before the query: inside it they would cost a second connection, which a pool in use by
        // many readers may never have.
        TenantKeys.Keys keys = tenants.of(tenant);
        return sql.sql("SELECT * FROM mailbox WHERE tenant_id = :tenant AND mailbox_id = :mailbox")
                .param("tenant", tenant.value())
                .param("mailbox", mailbox.value())
                .query((row, _) -> mailbox(row, keys))
                .single();
    }

    /// A mailbox's key in this version; empty if it was never there, or has been deleted since
    /// nothing needed it.
    Optional<WrappingKey> key(TenantId tenant, Mailbox mailbox, int version) {
        if (mailbox.key().version() == version) {
            return Optional.of(mailbox.key());
        }
        TenantKey key = tenants.of(tenant).tenant();
        return sql.sql(
                        """
                        SELECT wrapped_key FROM former_mailbox_key
                         WHERE tenant_id = :tenant AND mailbox_id = :mailbox AND version = :version
                        """)
                .param("tenant", tenant.value())
                .param("mailbox", mailbox.id().value())
                .param("version", version)
                .query((row, _) -> wrapped(row, "wrapped_key"))
                .optional()
                .map(wrapped -> {
                    try {
                        return key.unwrapping(wrapped)
                                .unwrapWrappingKey(
                                        wrapped, keyContext(tenant, mailbox.id().value()), version);
                    } catch (OpeningFailedException e) {
                        throw new DamagedLedgerException("former mailbox key", e);
                    }
                });
    }

    /// Makes a mailbox for an address that had none; two at once agree on one.
    Mailbox create(TenantId tenant, EmailAddress address) {
        TenantKeys.Keys keys = tenants.of(tenant);
        UUID id = ids.next();
        WrappingKey key = WrappingKey.generate(random, FIRST);
        sql.sql(
                        """
                        INSERT INTO mailbox (tenant_id, mailbox_id, address_mac, sealed_address, wrapped_key, key_version, created_at,
                                             key_made_at)
                        VALUES (:tenant, :mailbox, :mac, :address, :key, :version, :now, :now)
                        ON CONFLICT (tenant_id, address_mac) DO NOTHING
                        """)
                .param("tenant", tenant.value())
                .param("mailbox", id)
                .param("mac", mac(tenant, address).toBytes())
                .param(
                        "address",
                        keys.operations()
                                .seal(
                                        address.text().getBytes(UTF_8),
                                        addressContext(tenant, id),
                                        random)
                                .toBytes())
                .param(
                        "key",
                        keys.tenant()
                                .wrapping(clock.instant())
                                .wrap(key, keyContext(tenant, id), random)
                                .toBytes())
                .param("version", FIRST)
                .param("now", at(clock.instant()))
                .update();
        return find(tenant, address).orElseThrow();
    }

    private static Mailbox mailbox(ResultSet row, TenantKeys.Keys keys) throws SQLException {
        TenantId tenant = new TenantId(row.getObject("tenant_id", UUID.class));
        UUID id = row.getObject("mailbox_id", UUID.class);
        WrappedKey wrapped = wrapped(row, "wrapped_key");
        try {
            byte[] text =
                    keys.operations()
                            .open(
                                    SealedRecord.of(row.getBytes("sealed_address")),
                                    addressContext(tenant, id));
            EmailAddress address = EmailAddress.parse(new String(text, UTF_8));
            // The sealed address is bound to its row, the look-up value is not: in another row it
            // would hand one person's mail to another.
            if (!mac(keys, address).equals(Mac256.of(row.getBytes("address_mac")))) {
                throw new OpeningFailedException();
            }
            return new Mailbox(
                    new MailboxId(id),
                    address,
                    keys.tenant()
                            .unwrapping(wrapped)
                            .unwrapWrappingKey(
                                    wrapped, keyContext(tenant, id), row.getInt("key_version")));
        } catch (OpeningFailedException e) {
            IntegrityLog.mailbox(IntegrityLog.Stored.LEDGER_KEY, tenant, new MailboxId(id));
            throw new DamagedLedgerException("mailbox", e);
        } catch (MalformedAddressException e) {
            throw new IllegalStateException("a mailbox's own address does not parse", e);
        }
    }

    private static byte[] addressContext(TenantId tenant, UUID mailbox) {
        return KeyContext.of("postern mailbox address", tenant.value(), mailbox);
    }

    static byte[] keyContext(TenantId tenant, UUID mailbox) {
        return KeyContext.of("postern mailbox key", tenant.value(), mailbox);
    }

    /// @param address as first written
    /// @param key its newest version
    record Mailbox(MailboxId id, EmailAddress address, WrappingKey key) {

        @Override
        public String toString() {
            return "Mailbox[" + id + "]";
        }
    }
}
