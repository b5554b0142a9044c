package org.postern.keys.ledger;

import static org.postern.keys.ledger.Rows.at;
import static org.postern.keys.ledger.Rows.instant;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.postern.crypto.MacKey;
import org.postern.crypto.RecordKey;
import org.postern.crypto.WrappingKey;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.WrappedKey;
import org.postern.db.IntegrityLog;
import org.postern.db.TenantId;
import org.postern.keys.provider.WrapContext;
import org.springframework.dao.EmptyResultDataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionOperations;

/// The keys of each tenant, remembered for five minutes so that the root key is not asked for every
/// message and reading goes on for a while without it.
final class TenantKeys {

    /// Of a tenant key that was never rotated, and of index and operations key for ever: those are
    /// only wrapped anew.
    private static final int FIRST = 1;

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
        if (!versions(tenant).isEmpty()) {
            return;
        }
        WrappingKey key = WrappingKey.generate(random, FIRST);
        // Before the transaction: the root key's keeper may take its time.
        byte[] wrapped = root.wrap(key.exportSecret(), WrapContext.tenantKey(tenant, FIRST));
        transaction.executeWithoutResult(_ -> {
            if (insert(tenant, "tenant", FIRST, wrapped)) {
                insert(
                        tenant,
                        "index",
                        FIRST,
                        key.wrap(MacKey.generate(random), context(tenant, "index"), random)
                                .toBytes());
                insert(
                        tenant,
                        "operations",
                        FIRST,
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

    /// @throws EmptyResultDataAccessException if there is no such tenant, or it has ended; whatever
    ///   this process remembers
    void requireLive(TenantId tenant) {
        sql.sql("SELECT 1 FROM tenant_key WHERE tenant_id = :tenant AND purpose = 'index'")
                .param("tenant", tenant.value())
                .query(Integer.class)
                .single();
    }

    /// Forgets the keys of a tenant that has ended.
    void forget(TenantId tenant) {
        remembered.forget(tenant);
    }

    /// Makes a new version. Nothing is under it yet.
    ///
    /// @return false if the version before is still being replaced
    /// @throws EmptyResultDataAccessException if there is no such tenant
    boolean addVersion(TenantId tenant) {
        List<Stored> versions = versions(tenant);
        if (versions.isEmpty()) {
            throw new EmptyResultDataAccessException(1);
        }
        if (versions.size() > 1) {
            return false;
        }
        int next = versions.getLast().version() + 1;
        byte[] wrapped =
                root.wrap(
                        WrappingKey.generate(random, next).exportSecret(),
                        WrapContext.tenantKey(tenant, next));
        return insert(tenant, "tenant", next, wrapped);
    }

    /// The tenants whose key is being rotated.
    List<TenantId> beingRotated() {
        return sql.sql(
                        """
                        SELECT tenant_id FROM tenant_key WHERE purpose = 'tenant'
                         GROUP BY tenant_id HAVING count(*) > 1 ORDER BY tenant_id
                        """)
                .query((row, _) -> Rows.tenant(row))
                .list();
    }

    /// Every tenant.
    List<TenantId> all() {
        return sql.sql("SELECT DISTINCT tenant_id FROM tenant_key ORDER BY tenant_id")
                .query((row, _) -> Rows.tenant(row))
                .list();
    }

    /// The tenant key as the ledger has it now, unwrapped anew.
    TenantKey current(TenantId tenant) {
        TenantKey key = new TenantKey();
        try {
            for (Stored version : versions(tenant)) {
                key.add(
                        WrappingKey.importSecret(
                                root.unwrap(
                                        version.wrapped().bytes(),
                                        WrapContext.tenantKey(tenant, version.version())),
                                version.version()),
                        version.madeAt());
            }
            return key;
        } catch (OpeningFailedException e) {
            IntegrityLog.common(IntegrityLog.Stored.LEDGER_KEY);
            throw new DamagedLedgerException("tenant key", e);
        }
    }

    /// Deletes the versions before this one, which nothing is under any more.
    void deleteBefore(TenantId tenant, int version) {
        sql.sql(
                        """
                        DELETE FROM tenant_key
                         WHERE tenant_id = :tenant AND purpose = 'tenant' AND version < :version
                        """)
                .param("tenant", tenant.value())
                .param("version", version)
                .update();
    }

    private Keys load(TenantId tenant) {
        if (versions(tenant).isEmpty()) {
            throw new EmptyResultDataAccessException(1);
        }
        // The versions before what is under them: one that was made in between has nothing yet.
        TenantKey key = current(tenant);
        try {
            WrappedKey index = WrappedKey.of(find(tenant, "index"));
            WrappedKey operations = WrappedKey.of(find(tenant, "operations"));
            return new Keys(
                    key,
                    key.unwrapping(index).unwrapMacKey(index, context(tenant, "index")),
                    key.unwrapping(operations)
                            .unwrapRecordKey(operations, context(tenant, "operations")));
        } catch (OpeningFailedException e) {
            throw new DamagedLedgerException("tenant key", e);
        }
    }

    private List<Stored> versions(TenantId tenant) {
        return sql.sql(
                        """
                        SELECT version, wrapped_key, created_at FROM tenant_key
                         WHERE tenant_id = :tenant AND purpose = 'tenant' ORDER BY version
                        """)
                .param("tenant", tenant.value())
                .query((row, _) ->
                        new Stored(
                                row.getInt("version"),
                                new StoredKey(row.getBytes("wrapped_key")),
                                instant(row, "created_at")))
                .list();
    }

    private boolean insert(TenantId tenant, String purpose, int version, byte[] key) {
        return sql.sql(
                                """
                                INSERT INTO tenant_key (tenant_id, purpose, version, wrapped_key, created_at)
                                VALUES (:tenant, :purpose, :version, :key, :now) ON CONFLICT DO NOTHING
                                """)
                        .param("tenant", tenant.value())
                        .param("purpose", purpose)
                        .param("version", version)
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
                .param("version", FIRST)
                .query((row, _) -> row.getBytes("wrapped_key"))
                .single();
    }

    static byte[] context(TenantId tenant, String purpose) {
        return KeyContext.of("postern " + purpose + " key", tenant.value());
    }

    /// @param tenant wraps mailbox keys and shred secrets
    /// @param index makes look-up values of addresses and msg-ids
    /// @param operations opens addresses and names
    record Keys(TenantKey tenant, MacKey index, RecordKey operations) {}

    private record Stored(int version, StoredKey wrapped, Instant madeAt) {}
}
