package org.postern.db.store;

import static org.postern.db.store.Columns.at;

import java.sql.Types;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.postern.crypto.sealed.ObjectHeader;
import org.postern.db.MailboxId;
import org.postern.db.TenantId;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Audit events: inserted, never changed; the database refuses it. [AuditChainStore] has their
/// order. Thread-safe.
public final class AuditStore {

    private final JdbcClient sql;

    public AuditStore(JdbcClient mailDatabase) {
        this.sql = mailDatabase;
    }

    /// Records that `kind` happened, in the caller's transaction where there is one.
    ///
    /// @param event a new id, or that of the fact if it is recorded once
    public void insert(
            TenantId tenant,
            UUID event,
            AuditKind kind,
            Optional<MailboxId> mailbox,
            Optional<UUID> object,
            Instant now) {
        sql.sql(
                        """
                        INSERT INTO audit_event (tenant_id, event_id, kind, mailbox_id, object_id, happened_at)
                        VALUES (:tenant, :event, :kind, :mailbox, :object, :now)
                        """)
                .param("tenant", tenant.value())
                .param("event", event)
                .param("kind", kind.word())
                .param("mailbox", mailbox.map(MailboxId::value).orElse(null), Types.OTHER)
                .param("object", object.orElse(null), Types.OTHER)
                .param("now", at(now))
                .update();
    }

    /// Records that the messages with these headers were accepted, when they were; in the caller's
    /// transaction.
    void insertAccepted(List<ObjectHeader> headers) {
        sql.sql(
                        """
                        INSERT INTO audit_event (tenant_id, event_id, kind, object_id, happened_at)
                        SELECT tenant, object, :kind, object, at
                          FROM unnest(:tenants, :objects, CAST(:times AS timestamptz[])) AS each (tenant, object, at)
                        """)
                .param("kind", AuditKind.MESSAGE_ACCEPTED.word())
                .param("tenants", headers.stream().map(ObjectHeader::tenant).toArray(UUID[]::new))
                .param("objects", headers.stream().map(ObjectHeader::object).toArray(UUID[]::new))
                .param(
                        "times",
                        headers.stream()
                                .map(header -> header.created().toString())
                                .toArray(String[]::new))
                .update();
    }

    /// What happened; empty if nothing did, or something that a later version knows.
    public Optional<AuditKind> find(TenantId tenant, UUID event) {
        return sql.sql(
                        "SELECT kind FROM audit_event WHERE tenant_id = :tenant AND event_id ="
                                + " :event")
                .param("tenant", tenant.value())
                .param("event", event)
                .query(String.class)
                .optional()
                .flatMap(AuditKind::of);
    }
}
