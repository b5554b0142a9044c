package org.postern.db.store;

import static org.postern.db.store.Columns.at;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.LongStream;
import org.postern.crypto.sealed.Mac256;
import org.postern.db.TenantId;
import org.postern.db.ThreadId;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Threads and the msg-ids they have mentioned, as HMACs (RFC 5322, section 3.6.4). Thread-safe.
public final class ThreadStore {

    private final JdbcClient sql;

    public ThreadStore(JdbcClient mailDatabase) {
        this.sql = mailDatabase;
    }

    /// The oldest thread that mentions one of these msg-ids.
    public Optional<ThreadId> find(TenantId tenant, Collection<Mac256> msgIds) {
        if (msgIds.isEmpty()) {
            return Optional.empty();
        }
        return sql.sql(
                        """
                        SELECT thread_id FROM thread_reference JOIN thread USING (tenant_id, thread_id)
                         WHERE tenant_id = :tenant AND msg_id_mac IN (:macs)
                         ORDER BY created_at, thread_id LIMIT 1
                        """)
                .param("tenant", tenant.value())
                .param("macs", msgIds.stream().map(Mac256::toBytes).toList())
                .query(UUID.class)
                .optional()
                .map(ThreadId::new);
    }

    /// Lets one transaction decide about all of a tenant's threads, and no other about any; until
    /// the caller's transaction ends.
    public void lock(TenantId tenant) {
        sql.sql("SELECT pg_advisory_xact_lock(:key)")
                .param("key", key(tenant))
                .query((_, _) -> tenant)
                .single();
    }

    /// Lets one transaction at a time decide about threads that mention one of these msg-ids; until
    /// the caller's transaction ends. Others of the tenant go on meanwhile.
    public void lock(TenantId tenant, Collection<Mac256> msgIds) {
        // Always in the same order, so that no two wait for each other.
        long[] keys =
                LongStream.concat(
                                LongStream.of(key(tenant)),
                                msgIds.stream().mapToLong(ThreadStore::key).distinct().sorted())
                        .toArray();
        sql.sql(
                        """
                        SELECT CASE WHEN number = 1 THEN pg_advisory_xact_lock_shared(key) ELSE pg_advisory_xact_lock(key) END
                          FROM unnest(:keys) WITH ORDINALITY AS each (key, number)
                        """)
                .param("keys", keys)
                .query((_, _) -> tenant)
                .list();
    }

    private static long key(TenantId tenant) {
        return tenant.value().getMostSignificantBits() ^ tenant.value().getLeastSignificantBits();
    }

    private static long key(Mac256 msgId) {
        return ByteBuffer.wrap(msgId.toBytes()).getLong();
    }

    /// Begins a thread that mentions these msg-ids, as far as no other does, in the caller's
    /// transaction.
    public void begin(TenantId tenant, ThreadId thread, Collection<Mac256> msgIds, Instant now) {
        sql.sql(
                        """
                        WITH begun AS (INSERT INTO thread (tenant_id, thread_id, created_at) VALUES (:tenant, :thread, :now)
                                       RETURNING tenant_id, thread_id)
                        INSERT INTO thread_reference (tenant_id, msg_id_mac, thread_id)
                        SELECT tenant_id, mac, thread_id FROM begun CROSS JOIN unnest(:macs) AS mac
                        ON CONFLICT DO NOTHING
                        """)
                .param("tenant", tenant.value())
                .param("thread", thread.value())
                .param("now", at(now))
                .param("macs", msgIds.stream().map(Mac256::toBytes).toArray(byte[][]::new))
                .update();
    }

    /// Remembers that the thread mentions these msg-ids; one that another thread mentions already
    /// stays with that one.
    public void mention(TenantId tenant, ThreadId thread, Collection<Mac256> msgIds) {
        if (msgIds.isEmpty()) {
            return;
        }
        sql.sql(
                        """
                        INSERT INTO thread_reference (tenant_id, msg_id_mac, thread_id)
                        SELECT :tenant, mac, :thread FROM unnest(:macs) AS mac
                        ON CONFLICT DO NOTHING
                        """)
                .param("tenant", tenant.value())
                .param("macs", msgIds.stream().map(Mac256::toBytes).toArray(byte[][]::new))
                .param("thread", thread.value())
                .update();
    }
}
