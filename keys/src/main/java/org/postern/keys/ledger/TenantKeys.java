package org.postern.keys.ledger;

import static org.postern.keys.ledger.Rows.at;
import static org.postern.keys.ledger.Rows.wrapped;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.postern.crypto.MacKey;
import org.postern.crypto.RecordKey;
import org.postern.crypto.WrappingKey;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.WrappedKey;
import org.postern.db.TenantId;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionOperations;

/// The keys of each tenant, remembered for five minutes so that the root key is not asked for every
/// message.
final class TenantKeys {

    private static final Duration REMEMBERED = Duration.ofMinutes(5);
    private static final int VERSION = 1;

    private final JdbcClient sql;
    private final TransactionOperations transaction;
    private final WrappingKey root;
    private final Clock clock;
    private final SecureRandom random;
    private final Map<TenantId, Remembered> remembered = new ConcurrentHashMap<>();

    TenantKeys(
            JdbcClient ledger,
            TransactionOperations transaction,
            WrappingKey root,
            Clock clock,
            SecureRandom random) {
        this.sql = ledger;
        this.transaction = transaction;
        this.root = root;
        this.clock = clock;
        this.random = random;
    }

    /// Makes the tenant's keys unless it has them.
    void create(TenantId tenant) {
        transaction.executeWithoutResult(_ -> {
            WrappingKey key = WrappingKey.generate(random, VERSION);
            if (insert(tenant, "tenant", root.wrap(key, context(tenant, "tenant"), random))) {
                insert(
                        tenant,
                        "index",
                        key.wrap(MacKey.generate(random), context(tenant, "index"), random));
                insert(
                        tenant,
                        "operations",
                        key.wrap(
                                RecordKey.generate(random), context(tenant, "operations"), random));
            }
        });
    }

    /// The tenant's keys.
    ///
    /// @throws org.springframework.dao.EmptyResultDataAccessException if there is no such tenant
    Keys of(TenantId tenant) {
        Instant now = clock.instant();
        @Nullable Remembered known = remembered.get(tenant);
        if (known != null && now.isBefore(known.until())) {
            return known.keys();
        }
        Keys keys = load(tenant);
        remembered.put(tenant, new Remembered(keys, now.plus(REMEMBERED)));
        return keys;
    }

    private Keys load(TenantId tenant) {
        try {
            WrappingKey key =
                    root.unwrapWrappingKey(
                            find(tenant, "tenant"), context(tenant, "tenant"), VERSION);
            return new Keys(
                    key,
                    key.unwrapMacKey(find(tenant, "index"), context(tenant, "index")),
                    key.unwrapRecordKey(find(tenant, "operations"), context(tenant, "operations")));
        } catch (OpeningFailedException e) {
            throw new DamagedLedgerException("tenant key", e);
        }
    }

    private boolean insert(TenantId tenant, String purpose, WrappedKey key) {
        return sql.sql(
                                """
                                INSERT INTO tenant_key (tenant_id, purpose, version, wrapped_key, created_at)
                                VALUES (:tenant, :purpose, :version, :key, :now) ON CONFLICT DO NOTHING
                                """)
                        .param("tenant", tenant.value())
                        .param("purpose", purpose)
                        .param("version", VERSION)
                        .param("key", key.toBytes())
                        .param("now", at(clock.instant()))
                        .update()
                == 1;
    }

    private WrappedKey find(TenantId tenant, String purpose) {
        return sql.sql(
                        "SELECT wrapped_key FROM tenant_key WHERE tenant_id = :tenant AND purpose ="
                                + " :purpose AND version = :version")
                .param("tenant", tenant.value())
                .param("purpose", purpose)
                .param("version", VERSION)
                .query((row, _) -> wrapped(row, "wrapped_key"))
                .single();
    }

    private static byte[] context(TenantId tenant, String purpose) {
        return KeyContext.of("postern " + purpose + " key", tenant.value());
    }

    /// @param tenant wraps mailbox keys and shred secrets
    /// @param index makes look-up values of addresses and msg-ids
    /// @param operations opens addresses and names
    record Keys(WrappingKey tenant, MacKey index, RecordKey operations) {}

    private record Remembered(Keys keys, Instant until) {}
}
