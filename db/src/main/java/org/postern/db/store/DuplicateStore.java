package org.postern.db.store;

import static org.postern.db.store.Columns.at;
import static org.postern.db.store.Columns.uuid;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.postern.crypto.sealed.Mac256;
import org.postern.db.MailboxId;
import org.postern.db.MessageId;
import org.postern.db.TenantId;
import org.springframework.jdbc.core.simple.JdbcClient;

/// What was handed in before, by the HMAC of what stays the same when a client hands it in again
/// (RFC 1047). Thread-safe.
public final class DuplicateStore {

    private final JdbcClient sql;

    public DuplicateStore(JdbcClient mailDatabase) {
        this.sql = mailDatabase;
    }

    /// Whom a job of this kind tells of the same mail already, and of which message: not of one
    /// that is a duplicate itself, and not where the job was discarded.
    ///
    /// @param from when the earliest of them was accepted
    /// @param to when the latest was
    public Map<MailboxId, MessageId> told(
            TenantId tenant, Mac256 duplicateMac, String kind, Instant from, Instant to) {
        Map<MailboxId, MessageId> told = new HashMap<>();
        sql.sql(
                        """
                        SELECT DISTINCT ON (slot.mailbox_id) slot.mailbox_id, slot.message_id
                          FROM message
                          JOIN slot USING (tenant_id, message_id)
                          JOIN job ON job.tenant_id = slot.tenant_id AND job.kind = :kind AND job.subject_id = slot.message_id
                                  AND job.mailbox_id = slot.mailbox_id
                         WHERE message.tenant_id = :tenant AND message.duplicate_mac = :mac AND message.accepted_at BETWEEN :from AND :to
                           AND slot.duplicate_of IS NULL AND job.state <> 'discarded'
                         ORDER BY slot.mailbox_id, slot.accepted_at, slot.message_id
                        """)
                .param("tenant", tenant.value())
                .param("mac", duplicateMac.toBytes())
                .param("kind", kind)
                .param("from", at(from))
                .param("to", at(to))
                .query(row -> {
                    told.put(
                            new MailboxId(uuid(row, "mailbox_id")),
                            new MessageId(uuid(row, "message_id")));
                });
        return told;
    }

    /// The other messages that are the same mail handed in again: what this one is a duplicate of,
    /// and the duplicates of either. In a transaction that has the tenant's threads locked nothing
    /// is missing that was delivered before.
    ///
    /// @param mailboxes as these see it; as anybody does, if none is named
    public Set<MessageId> same(TenantId tenant, MessageId message, Set<MailboxId> mailboxes) {
        return sql
                .sql(
                        """
                        WITH first AS (SELECT :message::uuid AS id
                                        UNION SELECT duplicate_of FROM slot
                                               WHERE tenant_id = :tenant AND message_id = :message AND duplicate_of IS NOT NULL
                                                 AND (:all OR mailbox_id = ANY (:mailboxes)))
                        SELECT id FROM first
                         UNION SELECT again.message_id
                                 FROM first
                                 JOIN slot ON slot.tenant_id = :tenant AND slot.message_id = first.id
                                          AND (:all OR slot.mailbox_id = ANY (:mailboxes))
                                 JOIN slot again ON again.tenant_id = :tenant AND again.mailbox_id = slot.mailbox_id
                                                AND again.duplicate_of = first.id
                        """)
                .param("tenant", tenant.value())
                .param("message", message.value())
                .param("all", mailboxes.isEmpty())
                .param("mailboxes", mailboxes.stream().map(MailboxId::value).toArray(UUID[]::new))
                .query((row, _) -> new MessageId(uuid(row, "id")))
                .list()
                .stream()
                .filter(other -> !other.equals(message))
                .collect(Collectors.toSet());
    }
}
