package org.postern.db.store;

import static org.postern.db.store.Columns.at;
import static org.postern.db.store.Columns.instant;
import static org.postern.db.store.Columns.sealed;
import static org.postern.db.store.Columns.uuid;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.postern.crypto.sealed.Mac256;
import org.postern.db.MailboxId;
import org.postern.db.TenantId;
import org.springframework.jdbc.core.simple.JdbcClient;

/// The places of audit events in their tenant's chain, and the chain's checkpoints. Thread-safe.
public final class AuditChainStore {

    private final JdbcClient sql;

    public AuditChainStore(JdbcClient mailDatabase) {
        this.sql = mailDatabase;
    }

    /// Tenants with events that no checkpoint covers.
    public List<TenantId> unchained() {
        return sql.sql("SELECT DISTINCT tenant_id FROM audit_unchained")
                .query((row, _) -> new TenantId(uuid(row, "tenant_id")))
                .list();
    }

    /// How long the oldest event waits that no checkpoint covers, by the database's own clock.
    public Duration unchainedAge() {
        double seconds =
                sql.sql(
                                """
                                SELECT coalesce(extract(epoch FROM clock_timestamp() - min(recorded_at)), 0)::float8
                                  FROM audit_unchained
                                """)
                        .query(Double.class)
                        .single();
        return Duration.ofMillis(Math.max(0, Math.round(seconds * 1000)));
    }

    /// Elects whoever asks first to number this tenant's events, until the caller's transaction
    /// ends.
    ///
    /// @return false if somebody else does it now
    public boolean lead(TenantId tenant) {
        return sql.sql("SELECT pg_try_advisory_xact_lock(hashtextextended('audit ' || :tenant, 0))")
                .param("tenant", tenant.toString())
                .query(Boolean.class)
                .single();
    }

    /// Up to `max` committed events without a place, oldest first.
    public List<AuditEvent> unnumbered(TenantId tenant, int max) {
        return sql.sql(
                        """
                        SELECT e.* FROM audit_unchained u JOIN audit_event e USING (tenant_id, event_id)
                         WHERE u.tenant_id = :tenant
                           AND NOT EXISTS (SELECT FROM audit_chain c
                                            WHERE c.tenant_id = u.tenant_id AND c.event_id = u.event_id)
                         ORDER BY u.recorded_at, u.event_id LIMIT :max
                        """)
                .param("tenant", tenant.value())
                .param("max", max)
                .query((row, _) -> event(row))
                .list();
    }

    /// The place after the last that is taken.
    public long nextSequence(TenantId tenant) {
        return sql.sql(
                        "SELECT coalesce(max(sequence) + 1, 0) FROM audit_chain WHERE tenant_id ="
                                + " :tenant")
                .param("tenant", tenant.value())
                .query(Long.class)
                .single();
    }

    /// Gives an event its place, in the caller's transaction.
    ///
    /// @throws org.springframework.dao.DuplicateKeyException if place or event is taken
    public void insert(TenantId tenant, long sequence, UUID event, Mac256 leafHash) {
        sql.sql(
                        """
                        INSERT INTO audit_chain (tenant_id, sequence, event_id, leaf_hash)
                        VALUES (:tenant, :sequence, :event, :hash)
                        """)
                .param("tenant", tenant.value())
                .param("sequence", sequence)
                .param("event", event)
                .param("hash", leafHash.toBytes())
                .update();
    }

    /// Up to `max` leaf hashes from this place on.
    ///
    /// @throws DamagedRowException if a place between them is empty
    public List<Mac256> leaves(TenantId tenant, long from, int max) {
        return sql.sql(
                        """
                        SELECT sequence, leaf_hash FROM audit_chain
                         WHERE tenant_id = :tenant AND sequence >= :from ORDER BY sequence LIMIT :max
                        """)
                .param("tenant", tenant.value())
                .param("from", from)
                .param("max", max)
                .query((row, number) -> {
                    if (row.getLong("sequence") != from + number) {
                        throw new DamagedRowException("sequence");
                    }
                    return sealed(row, "leaf_hash", Mac256::of);
                })
                .list();
    }

    /// Keeps a checkpoint; the events it covers wait no more. In the caller's transaction.
    public void insertCheckpoint(TenantId tenant, StoredCheckpoint checkpoint, Instant now) {
        sql.sql(
                        """
                        INSERT INTO audit_checkpoint (tenant_id, size, root_hash, note, made_at)
                        VALUES (:tenant, :size, :root, :note, :now) ON CONFLICT DO NOTHING
                        """)
                .param("tenant", tenant.value())
                .param("size", checkpoint.size())
                .param("root", checkpoint.rootHash().toBytes())
                .param("note", checkpoint.note())
                .param("now", at(now))
                .update();
        sql.sql(
                        """
                        DELETE FROM audit_unchained u USING audit_chain c
                         WHERE u.tenant_id = :tenant AND c.tenant_id = u.tenant_id AND c.event_id = u.event_id
                           AND c.sequence < :size
                        """)
                .param("tenant", tenant.value())
                .param("size", checkpoint.size())
                .update();
    }

    /// The checkpoint that covers most.
    public Optional<StoredCheckpoint> newestCheckpoint(TenantId tenant) {
        return sql.sql(
                        "SELECT * FROM audit_checkpoint WHERE tenant_id = :tenant ORDER BY size"
                                + " DESC LIMIT 1")
                .param("tenant", tenant.value())
                .query((row, _) -> checkpoint(row))
                .optional();
    }

    /// The events at the places from `from` to before `end`; one whose row is gone is left out.
    public List<ChainedEvent> events(TenantId tenant, long from, long end) {
        return sql.sql(
                        """
                        SELECT * FROM audit_chain JOIN audit_event USING (tenant_id, event_id)
                         WHERE tenant_id = :tenant AND sequence >= :from AND sequence < :end ORDER BY sequence
                        """)
                .param("tenant", tenant.value())
                .param("from", from)
                .param("end", end)
                .query((row, _) ->
                        new ChainedEvent(
                                row.getLong("sequence"),
                                event(row),
                                sealed(row, "leaf_hash", Mac256::of)))
                .list();
    }

    /// The checkpoints of more than `from` and up to `end` events, smallest first.
    public List<StoredCheckpoint> checkpoints(TenantId tenant, long from, long end) {
        return sql.sql(
                        """
                        SELECT * FROM audit_checkpoint
                         WHERE tenant_id = :tenant AND size > :from AND size <= :end ORDER BY size
                        """)
                .param("tenant", tenant.value())
                .param("from", from)
                .param("end", end)
                .query((row, _) -> checkpoint(row))
                .list();
    }

    private static AuditEvent event(ResultSet row) throws SQLException {
        return new AuditEvent(
                uuid(row, "event_id"),
                row.getString("kind"),
                Optional.ofNullable(row.getObject("mailbox_id", UUID.class)).map(MailboxId::new),
                Optional.ofNullable(row.getObject("object_id", UUID.class)),
                instant(row, "happened_at"));
    }

    private static StoredCheckpoint checkpoint(ResultSet row) throws SQLException {
        return new StoredCheckpoint(
                row.getLong("size"), sealed(row, "root_hash", Mac256::of), row.getString("note"));
    }
}
