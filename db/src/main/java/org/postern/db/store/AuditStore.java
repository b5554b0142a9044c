package org.postern.db.store;

import static org.postern.db.store.Columns.at;

import java.sql.Types;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.postern.db.MailboxId;
import org.postern.db.TenantId;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Audit events: inserted, never changed. Thread-safe.
public final class AuditStore {

    private final JdbcClient sql;

    public AuditStore(JdbcClient mailDatabase) {
        this.sql = mailDatabase;
    }

    /// Records that `kind` happened, in the caller's transaction where there is one.
    ///
    /// @param kind one of our own words, such as `message.opened`
    public void insert(
            TenantId tenant,
            UUID event,
            String kind,
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
                .param("kind", kind)
                .param("mailbox", mailbox.map(MailboxId::value).orElse(null), Types.OTHER)
                .param("object", object.orElse(null), Types.OTHER)
                .param("now", at(now))
                .update();
    }
}
