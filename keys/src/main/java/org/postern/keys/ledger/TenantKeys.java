package org.postern.keys.ledger;

import static org.postern.keys.ledger.Rows.at;

import java.security.SecureRandom;
import java.time.Clock;
import org.postern.crypto.MacKey;
import org.postern.crypto.RecordKey;
import org.postern.crypto.WrappingKey;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.WrappedKey;
import org.postern.db.TenantId;
import org.postern.keys.provider.WrapContext;
import org.springframework.dao.EmptyResultDataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionOperations;

/// The keys of each tenant, remembered for five minutes so that the root key is not asked for every
/// message and reading goes on for a while without it.
final class TenantKeys {

    private static final int VERSION = 1;

    private final JdbcClient sql;
    private final TransactionOperations transaction;
    private final RootKey root;
    private final Clock clock;
    private final SecureRandom random;
    private final KeyCache<TenantId, Keys> remembered;

    TenantKeys(
            JdbcClient ledger,
            TransactionOperations transaction,
            RootKey root,
            Clock clock,
            SecureRandom random) {
        this.sql = ledger;
        this.transaction = transaction;
        this.root = root;
        this.clock = clock;
        this.random = random;
        this.remembered = new KeyCache<>(clock);
    }

    /// Makes the tenant's keys unless it has them.
    void create(TenantId tenant) {
        WrappingKey key = WrappingKey.generate(random, VERSION);
        // Before the transaction: the root key's keeper may take its time.
        byte[] wrapped = root.wrap(key.exportSecret(), WrapContext.tenantKey(tenant, VERSION));
        transaction.executeWithoutResult(_ -> {
            if (insert(tenant, "tenant", wrapped)) {
                insert(
                        tenant,
                        "index",
                        key.wrap(MacKey.generate(random), context(tenant, "index"), random)
                                .toBytes());
                insert(
                        tenant,
                        "operations",
                        key.wrap(RecordKey.generate(random), context(tenant, "operations"), random)
                                .toBytes());
            }
        });
    }

    /// The tenant's keys.
    ///
    /// @throws EmptyResultDataAccessException if there is no such tenant
    Keys of(TenantId tenant) {
        return remembered.get(tenant, () -> load(tenant));
    }

    /// Lets a tenant not end while the caller's transaction, in which new things are made under its
    /// keys, is under way; other processes may still remember keys of one that has ended.
    ///
    /// @return false if there is no such tenant
    boolean hold(TenantId tenant) {
        return sql.sql(
                        """
                        SELECT 1 FROM tenant_key
                         WHERE tenant_id = :tenant AND purpose = 'tenant' AND version = :version FOR KEY SHARE
                        """)
                .param("tenant", tenant.value())
                .param("version", VERSION)
                .query(Integer.class)
                .optional()
                .isPresent();
    }

    /// @throws EmptyResultDataAccessException if there is no such tenant, or it has ended; whatever
    ///   this process remembers
    void requireLive(TenantId tenant) {
        if (!hold(tenant)) {
            throw new EmptyResultDataAccessException(1);
        }
    }

    /// Forgets the keys of a tenant that has ended.
    void forget(TenantId tenant) {
        remembered.forget(tenant);
    }

    private Keys load(TenantId tenant) {
        try {
            WrappingKey key =
                    WrappingKey.importSecret(
                            root.unwrap(
                                    find(tenant, "tenant"), WrapContext.tenantKey(tenant, VERSION)),
                            VERSION);
            return new Keys(
                    key,
                    key.unwrapMacKey(
                            WrappedKey.of(find(tenant, "index")), context(tenant, "index")),
                    key.unwrapRecordKey(
                            WrappedKey.of(find(tenant, "operations")),
                            context(tenant, "operations")));
        } catch (OpeningFailedException e) {
            throw new DamagedLedgerException("tenant key", e);
        }
    }

    private boolean insert(TenantId tenant, String purpose, byte[] key) {
        return sql.sql(
                                """
                                INSERT INTO tenant_key (tenant_id, purpose, version, wrapped_key, created_at)
                                VALUES (:tenant, :purpose, :version, :key, :now) ON CONFLICT DO NOTHING
                                """)
                        .param("tenant", tenant.value())
                        .param("purpose", purpose)
                        .param("version", VERSION)
                        .param("key", key)
                        .param("now", at(clock.instant()))
                        .update()
                == 1;
    }

    private byte[] find(TenantId tenant, String purpose) {
        return sql.sql(
                        "SELECT wrapped_key FROM tenant_key WHERE tenant_id = :tenant AND purpose ="
                                + " :purpose AND version = :version")
                .param("tenant", tenant.value())
                .param("purpose", purpose)
                .param("version", VERSION)
                .query((row, _) -> row.getBytes("wrapped_key"))
                .single();
    }

    private static byte[] context(TenantId tenant, String purpose) {
        return KeyContext.of("postern " + purpose + " key", tenant.value());
    }

    /// @param tenant wraps mailbox keys and shred secrets
    /// @param index makes look-up values of addresses and msg-ids
    /// @param operations opens addresses and names
    record Keys(WrappingKey tenant, MacKey index, RecordKey operations) {}
}
