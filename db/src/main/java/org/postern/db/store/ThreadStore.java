package org.postern.db.store;

import static org.postern.db.store.Columns.at;

import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.UUID;
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

    /// Lets one transaction at a time decide about a tenant's threads; until the caller's
    /// transaction ends.
    public void lock(TenantId tenant) {
        sql.sql("SELECT pg_advisory_xact_lock(hashtextextended('thread ' || :tenant, 0))")
                .param("tenant", tenant.toString())
                .query((_, _) -> tenant)
                .single();
    }

    /// Begins a thread, in the caller's transaction.
    public void insert(TenantId tenant, ThreadId thread, Instant now) {
        sql.sql(
                        "INSERT INTO thread (tenant_id, thread_id, created_at) VALUES (:tenant,"
                                + " :thread, :now)")
                .param("tenant", tenant.value())
                .param("thread", thread.value())
                .param("now", at(now))
                .update();
    }

    /// Remembers that the thread mentions these msg-ids; one that another thread mentions already
    /// stays with that one.
    public void mention(TenantId tenant, ThreadId thread, Collection<Mac256> msgIds) {
        for (Mac256 msgId : msgIds) {
            sql.sql(
                            """
                            INSERT INTO thread_reference (tenant_id, msg_id_mac, thread_id) VALUES (:tenant, :mac, :thread)
                            ON CONFLICT DO NOTHING
                            """)
                    .param("tenant", tenant.value())
                    .param("mac", msgId.toBytes())
                    .param("thread", thread.value())
                    .update();
        }
    }
}
