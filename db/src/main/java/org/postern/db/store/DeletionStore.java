package org.postern.db.store;

import static org.postern.db.store.Columns.at;
import static org.postern.db.store.Columns.instant;
import static org.postern.db.store.Columns.sealed;
import static org.postern.db.store.Columns.uuid;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.postern.crypto.sealed.Signature64;
import org.postern.db.MailboxId;
import org.postern.db.MessageId;
import org.postern.db.TenantId;
import org.springframework.jdbc.core.simple.JdbcClient;

/// What was shredded, written down before the key ledger deletes it, so that a ledger restored from
/// a backup can repeat it. Inserted, never changed; the database refuses it. Thread-safe.
public final class DeletionStore {

    private final JdbcClient sql;

    public DeletionStore(JdbcClient mailDatabase) {
        this.sql = mailDatabase;
    }

    /// Records a deletion, in the caller's transaction.
    public void insert(TenantId tenant, SignedDeletion signed) {
        Deletion deletion = signed.deletion();
        if (!deletion.tenant().equals(tenant)) {
            throw new IllegalArgumentException("a deletion of another tenant");
        }
        sql.sql(
                        """
                        INSERT INTO deletion (tenant_id, deletion_id, kind, message_id, mailbox_id, refused_from, deleted_from,
                                              recorded_at, signature)
                        VALUES (:tenant, :deletion, :kind, :message, :mailbox, :refused, :deleted, :recorded, :signature)
                        """)
                .param("tenant", tenant.value())
                .param("deletion", deletion.id())
                .param("kind", deletion.word())
                .param("message", deletion.message().orElse(null), Types.OTHER)
                .param("mailbox", deletion.mailbox().orElse(null), Types.OTHER)
                .param(
                        "refused",
                        deletion.dates().map(dates -> at(dates.refusedFrom())).orElse(null),
                        Types.TIMESTAMP_WITH_TIMEZONE)
                .param(
                        "deleted",
                        deletion.dates().map(dates -> at(dates.deletedFrom())).orElse(null),
                        Types.TIMESTAMP_WITH_TIMEZONE)
                .param("recorded", at(deletion.recordedAt()))
                .param("signature", signed.signature().toBytes())
                .update();
    }

    /// Every tenant's deletions in the order in which they were recorded.
    ///
    /// @param from when the first of them was recorded, and the id after which it comes
    public List<SignedDeletion> recorded(Instant from, UUID after, int max) {
        return sql.sql(
                        """
                        SELECT * FROM deletion WHERE (recorded_at, deletion_id) > (:from, :after)
                         ORDER BY recorded_at, deletion_id LIMIT :max
                        """)
                .param("from", at(from))
                .param("after", after)
                .param("max", max)
                .query(DeletionStore::deletion)
                .list();
    }

    /// Whether this message was recalled for all. It goes by the record alone: whoever asks has
    /// nothing deleted that he could not have deleted himself.
    public boolean isRecalled(TenantId tenant, MessageId message) {
        return isRecalled(tenant, message, Optional.empty());
    }

    /// Whether this message was recalled for this mailbox alone; likewise.
    public boolean isRecalled(TenantId tenant, MessageId message, MailboxId mailbox) {
        return isRecalled(tenant, message, Optional.of(mailbox));
    }

    private boolean isRecalled(TenantId tenant, MessageId message, Optional<MailboxId> mailbox) {
        return sql.sql(
                        """
                        SELECT EXISTS (SELECT FROM deletion WHERE tenant_id = :tenant AND kind = 'message' AND message_id = :message
                                                              AND mailbox_id IS NOT DISTINCT FROM :mailbox)
                        """)
                .param("tenant", tenant.value())
                .param("message", message.value())
                .param("mailbox", mailbox.map(MailboxId::value).orElse(null), Types.OTHER)
                .query(Boolean.class)
                .single();
    }

    private static SignedDeletion deletion(ResultSet row, int rowNumber) throws SQLException {
        return new SignedDeletion(
                new Deletion(
                        new TenantId(uuid(row, "tenant_id")),
                        uuid(row, "deletion_id"),
                        what(row),
                        instant(row, "recorded_at")),
                sealed(row, "signature", Signature64::of));
    }

    private static Deletion.What what(ResultSet row) throws SQLException {
        Optional<MailboxId> mailbox =
                Optional.ofNullable(uuid(row, "mailbox_id")).map(MailboxId::new);
        return switch (row.getString("kind")) {
            case "message" ->
                    new Deletion.What.Message(new MessageId(uuid(row, "message_id")), mailbox);
            case "dates" ->
                    new Deletion.What.Dates(
                            new MessageId(uuid(row, "message_id")),
                            mailbox,
                            instant(row, "refused_from"),
                            instant(row, "deleted_from"));
            case "mailbox" -> new Deletion.What.Mailbox(mailbox.orElseThrow());
            case "tenant" -> new Deletion.What.Tenant();
            default -> throw new DamagedRowException("kind");
        };
    }
}
