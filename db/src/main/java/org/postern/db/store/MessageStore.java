package org.postern.db.store;

import static org.postern.db.store.Columns.at;
import static org.postern.db.store.Columns.header;
import static org.postern.db.store.Columns.instant;
import static org.postern.db.store.Columns.optionalInstant;
import static org.postern.db.store.Columns.optionalSealed;
import static org.postern.db.store.Columns.sealed;
import static org.postern.db.store.Columns.uuid;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postern.crypto.InstanceCertificate;
import org.postern.crypto.sealed.ObjectHeader;
import org.postern.crypto.sealed.SealedRecord;
import org.postern.crypto.sealed.Slot;
import org.postern.db.MailboxId;
import org.postern.db.MessageId;
import org.postern.db.TenantId;
import org.postern.db.ThreadId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Messages and slots. Nothing here can be handed plaintext, and nothing here can open what it
/// keeps. Thread-safe.
public final class MessageStore {

    private static final Logger log = LoggerFactory.getLogger(MessageStore.class);

    private static final String SLOT_COLUMNS =
            "slot.*, message.header AS message_header FROM slot JOIN message USING (tenant_id,"
                    + " message_id)";

    private final JdbcClient sql;

    public MessageStore(JdbcClient mailDatabase) {
        this.sql = mailDatabase;
    }

    /// Inserts a message with one slot per mailbox, in the caller's transaction.
    public void insert(TenantId tenant, StoredMessage message, List<StoredSlot> slots) {
        sql.sql(
                        """
                        INSERT INTO message (tenant_id, message_id, thread_id, header, certificate, content_bytes, sealed_index,
                                             sealed_author, accepted_at)
                        VALUES (:tenant, :message, :thread, :header, :certificate, :bytes, :index, :author, :accepted)
                        """)
                .param("tenant", tenant.value())
                .param("message", message.id().value())
                .param("thread", message.thread().value())
                .param("header", message.header().encode())
                .param("certificate", message.certificate().encode())
                .param("bytes", message.contentBytes())
                .param("index", message.sealedIndex().toBytes())
                .param("author", message.sealedAuthor().toBytes())
                .param("accepted", at(message.acceptedAt()))
                .update();
        for (StoredSlot slot : slots) {
            sql.sql(
                            """
                            INSERT INTO slot (tenant_id, message_id, mailbox_id, thread_id, received, sent, slot, sealed_summary,
                                              sealed_envelope, accepted_at)
                            VALUES (:tenant, :message, :mailbox, :thread, :received, :sent, :slot, :summary, :envelope, :accepted)
                            """)
                    .param("tenant", tenant.value())
                    .param("message", slot.message().value())
                    .param("mailbox", slot.mailbox().value())
                    .param("thread", slot.thread().value())
                    .param("received", slot.received())
                    .param("sent", slot.sent())
                    .param("slot", slot.slot().toBytes())
                    .param("summary", slot.sealedSummary().toBytes())
                    .param(
                            "envelope",
                            slot.sealedEnvelope().map(SealedRecord::toBytes).orElse(null),
                            Types.BINARY)
                    .param("accepted", at(slot.acceptedAt()))
                    .update();
        }
    }

    /// The message, if the tenant has it.
    ///
    /// @throws DamagedRowException if its row was changed
    public Optional<StoredMessage> find(TenantId tenant, MessageId message) {
        return sql.sql("SELECT * FROM message WHERE tenant_id = :tenant AND message_id = :message")
                .param("tenant", tenant.value())
                .param("message", message.value())
                .query(MessageStore::message)
                .optional();
    }

    /// The slot of this mailbox, if it has one.
    ///
    /// @throws DamagedRowException if its row was changed
    public Optional<StoredSlot> findSlot(TenantId tenant, MessageId message, MailboxId mailbox) {
        return sql.sql(
                        "SELECT "
                                + SLOT_COLUMNS
                                + " WHERE slot.tenant_id = :tenant AND slot.message_id = :message"
                                + " AND slot.mailbox_id = :mailbox")
                .param("tenant", tenant.value())
                .param("message", message.value())
                .param("mailbox", mailbox.value())
                .query((row, _) -> slot(row))
                .optional();
    }

    /// Whether something of the envelope was kept with this mailbox's slot.
    public boolean hasEnvelope(TenantId tenant, MessageId message, MailboxId mailbox) {
        return sql.sql(
                        """
                        SELECT EXISTS (SELECT FROM slot WHERE tenant_id = :tenant AND message_id = :message
                                                          AND mailbox_id = :mailbox AND sealed_envelope IS NOT NULL)
                        """)
                .param("tenant", tenant.value())
                .param("message", message.value())
                .param("mailbox", mailbox.value())
                .query(Boolean.class)
                .single();
    }

    /// A page of a mailbox's received messages, newest first.
    ///
    /// @param before where the page before ended; empty for the first page
    public SlotPage received(
            TenantId tenant, MailboxId mailbox, Optional<PagePosition> before, int max) {
        return page(tenant, mailbox, "slot.received", before, max);
    }

    /// A page of a mailbox's sent messages, newest first.
    public SlotPage sent(
            TenantId tenant, MailboxId mailbox, Optional<PagePosition> before, int max) {
        return page(tenant, mailbox, "slot.sent", before, max);
    }

    /// How many received messages the mailbox's owner has not opened.
    public int unopened(TenantId tenant, MailboxId mailbox) {
        return sql.sql(
                        """
                        SELECT count(*) FROM slot
                         WHERE tenant_id = :tenant AND mailbox_id = :mailbox AND received AND opened_at IS NULL
                        """)
                .param("tenant", tenant.value())
                .param("mailbox", mailbox.value())
                .query(Integer.class)
                .single();
    }

    /// What the mailbox has of a thread, oldest first; a damaged row is left out.
    public List<StoredSlot> thread(TenantId tenant, MailboxId mailbox, ThreadId thread, int max) {
        return readable(
                sql.sql(
                                "SELECT "
                                        + SLOT_COLUMNS
                                        + """
                                         WHERE slot.tenant_id = :tenant AND slot.mailbox_id = :mailbox AND slot.thread_id = :thread
                                         ORDER BY slot.accepted_at, slot.message_id LIMIT :max
                                        """)
                        .param("tenant", tenant.value())
                        .param("mailbox", mailbox.value())
                        .param("thread", thread.value())
                        .param("max", max)
                        .query((row, _) -> slotRow(row))
                        .list());
    }

    /// Remembers when the mailbox's owner first opened the message.
    public void markOpened(TenantId tenant, MessageId message, MailboxId mailbox, Instant now) {
        sql.sql(
                        """
                        UPDATE slot SET opened_at = :now
                         WHERE tenant_id = :tenant AND message_id = :message AND mailbox_id = :mailbox AND opened_at IS NULL
                        """)
                .param("now", at(now))
                .param("tenant", tenant.value())
                .param("message", message.value())
                .param("mailbox", mailbox.value())
                .update();
    }

    private SlotPage page(
            TenantId tenant,
            MailboxId mailbox,
            String folder,
            Optional<PagePosition> before,
            int max) {
        @Nullable PagePosition last = before.orElse(null);
        String after =
                last == null
                        ? ""
                        : " AND (slot.accepted_at, slot.message_id) < (:beforeTime,"
                                + " :beforeMessage)";
        JdbcClient.StatementSpec statement =
                sql.sql(
                                "SELECT "
                                        + SLOT_COLUMNS
                                        + " WHERE slot.tenant_id = :tenant AND slot.mailbox_id ="
                                        + " :mailbox AND "
                                        + folder
                                        + after
                                        + " ORDER BY slot.accepted_at DESC, slot.message_id DESC"
                                        + " LIMIT :max")
                        .param("tenant", tenant.value())
                        .param("mailbox", mailbox.value())
                        .param("max", max + 1);
        if (last != null) {
            statement =
                    statement
                            .param("beforeTime", at(last.acceptedAt()))
                            .param("beforeMessage", last.message().value());
        }
        List<SlotRow> rows = statement.query((row, _) -> slotRow(row)).list();
        List<SlotRow> shown = rows.subList(0, Math.min(max, rows.size()));
        return new SlotPage(
                readable(shown),
                rows.size() > max ? Optional.of(shown.getLast().position()) : Optional.empty());
    }

    private static List<StoredSlot> readable(List<SlotRow> rows) {
        return rows.stream().flatMap(row -> row.slot().stream()).toList();
    }

    /// One damaged row must not take a whole mailbox from its owner.
    private static SlotRow slotRow(ResultSet row) throws SQLException {
        PagePosition position =
                new PagePosition(
                        instant(row, "accepted_at"), new MessageId(uuid(row, "message_id")));
        try {
            return new SlotRow(position, Optional.of(slot(row)));
        } catch (DamagedRowException e) {
            log.error(
                    "a slot's row was changed: tenant={} message={} mailbox={}",
                    uuid(row, "tenant_id"),
                    position.message(),
                    uuid(row, "mailbox_id"));
            return new SlotRow(position, Optional.empty());
        }
    }

    private record SlotRow(PagePosition position, Optional<StoredSlot> slot) {}

    private static StoredMessage message(ResultSet row, int rowNumber) throws SQLException {
        return new StoredMessage(
                new ThreadId(uuid(row, "thread_id")),
                header(row, "header", "message_id"),
                sealed(row, "certificate", InstanceCertificate::parse),
                row.getLong("content_bytes"),
                sealed(row, "sealed_index", SealedRecord::of),
                sealed(row, "sealed_author", SealedRecord::of),
                instant(row, "accepted_at"));
    }

    private static StoredSlot slot(ResultSet row) throws SQLException {
        ObjectHeader header = header(row, "message_header", "message_id");
        return new StoredSlot(
                new MessageId(uuid(row, "message_id")),
                new MailboxId(uuid(row, "mailbox_id")),
                new ThreadId(uuid(row, "thread_id")),
                header.digest(),
                row.getBoolean("received"),
                row.getBoolean("sent"),
                sealed(row, "slot", Slot::of),
                sealed(row, "sealed_summary", SealedRecord::of),
                optionalSealed(row, "sealed_envelope", SealedRecord::of),
                instant(row, "accepted_at"),
                optionalInstant(row, "opened_at"));
    }
}
