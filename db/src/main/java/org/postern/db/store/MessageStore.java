package org.postern.db.store;

import static org.postern.db.store.Columns.at;
import static org.postern.db.store.Columns.header;
import static org.postern.db.store.Columns.instant;
import static org.postern.db.store.Columns.optionalMac;
import static org.postern.db.store.Columns.sealed;
import static org.postern.db.store.Columns.uuid;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.postern.crypto.InstanceCertificate;
import org.postern.crypto.sealed.Mac256;
import org.postern.crypto.sealed.SealedRecord;
import org.postern.db.LockKind;
import org.postern.db.MailboxId;
import org.postern.db.MessageId;
import org.postern.db.ReadingTerms;
import org.postern.db.TenantId;
import org.postern.db.ThreadId;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Messages and slots. Nothing here can be handed plaintext, and nothing here can open what it
/// keeps. Thread-safe.
public final class MessageStore {

    private static final String SLOT_COLUMNS =
            "slot.*, message.header AS message_header FROM slot JOIN message USING (tenant_id,"
                    + " message_id)";

    private static final String IN_INBOX = "slot.received AND slot.duplicate_of IS NULL";

    /// Of all copies of a message the first stands for them; told by the rows as they are, so that
    /// no row has to be changed when one of them goes.
    private static final String IN_SENT =
            """
            slot.sent AND NOT EXISTS (
                SELECT FROM slot earlier
                 WHERE earlier.tenant_id = slot.tenant_id AND earlier.mailbox_id = slot.mailbox_id AND earlier.copy_mac = slot.copy_mac
                   AND (earlier.accepted_at, earlier.message_id) < (slot.accepted_at, slot.message_id))
            """;

    private final JdbcClient sql;

    public MessageStore(JdbcClient mailDatabase) {
        this.sql = mailDatabase;
    }

    /// Inserts a message with one slot per mailbox, in the caller's transaction.
    public void insert(TenantId tenant, StoredMessage message, List<StoredSlot> slots) {
        sql.sql(
                        """
                        WITH stored AS (
                            INSERT INTO message (tenant_id, message_id, thread_id, header, certificate, content_bytes, sealed_index,
                                                 sealed_author, accepted_at, duplicate_mac)
                            VALUES (:tenant, :message, :thread, :header, :certificate, :bytes, :index, :author, :accepted, :duplicateMac))
                        INSERT INTO slot (tenant_id, message_id, mailbox_id, thread_id, received, sent, slot, sealed_summary,
                                          accepted_at, expires_at, read_once, no_forward, locked, locked_by_phone, copy_mac,
                                          duplicate_of, sealed_envelope)
                        SELECT :tenant, :message, mailbox, :thread, received, sent, sealed, summary, :accepted, expires, once, no_forward,
                               locked, by_phone, copy_mac, duplicate_of, envelope
                          FROM unnest(:mailboxes, :received, :sent, :slots, :summaries, CAST(:expires AS timestamptz[]), :once, :noForward,
                                      :locked, :byPhone, :copyMacs, :duplicatesOf, :envelopes)
                               AS each (mailbox, received, sent, sealed, summary, expires, once, no_forward, locked, by_phone, copy_mac,
                                        duplicate_of, envelope)
                        """)
                .param("header", message.header().encode())
                .param("certificate", message.certificate().encode())
                .param("bytes", message.contentBytes())
                .param("index", message.sealedIndex().toBytes())
                .param("author", message.sealedAuthor().toBytes())
                .param("duplicateMac", bytes(message.duplicateMac()), Types.BINARY)
                .param("tenant", tenant.value())
                .param("message", message.id().value())
                .param("thread", message.thread().value())
                .param("accepted", at(message.acceptedAt()))
                .param("mailboxes", each(slots, slot -> slot.mailbox().value(), UUID[]::new))
                .param("received", each(slots, StoredSlot::received, Boolean[]::new))
                .param("sent", each(slots, StoredSlot::sent, Boolean[]::new))
                .param("slots", each(slots, slot -> slot.slot().toBytes(), byte[][]::new))
                .param(
                        "summaries",
                        each(slots, slot -> slot.sealedSummary().toBytes(), byte[][]::new))
                .param(
                        "expires",
                        each(
                                slots,
                                slot -> slot.expiresAt().map(Instant::toString).orElse(null),
                                String[]::new))
                .param("once", each(slots, StoredSlot::readOnce, Boolean[]::new))
                .param("noForward", each(slots, StoredSlot::noForward, Boolean[]::new))
                .param("locked", each(slots, slot -> slot.lock().isPresent(), Boolean[]::new))
                .param(
                        "byPhone",
                        each(
                                slots,
                                slot -> slot.lock().equals(Optional.of(LockKind.PHONE)),
                                Boolean[]::new))
                .param("copyMacs", each(slots, slot -> bytes(slot.copyMac()), byte[][]::new))
                .param(
                        "duplicatesOf",
                        each(
                                slots,
                                slot -> slot.duplicateOf().map(MessageId::value).orElse(null),
                                UUID[]::new))
                .param(
                        "envelopes",
                        each(
                                slots,
                                slot ->
                                        slot.sealedEnvelope()
                                                .map(SealedRecord::toBytes)
                                                .orElse(null),
                                byte[][]::new))
                .update();
    }

    /// A column of the rows that are to be.
    private static <T> T[] each(
            List<StoredSlot> slots,
            Function<StoredSlot, @Nullable T> value,
            IntFunction<T[]> array) {
        return slots.stream().map(value).toArray(array);
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
                .query((row, _) -> SlotRow.slot(row))
                .optional();
    }

    /// The mailbox whose "Sent" shows the message.
    public Optional<MailboxId> author(TenantId tenant, MessageId message) {
        return sql.sql(
                        "SELECT mailbox_id FROM slot WHERE tenant_id = :tenant AND message_id ="
                                + " :message AND sent")
                .param("tenant", tenant.value())
                .param("message", message.value())
                .query((row, _) -> new MailboxId(uuid(row, "mailbox_id")))
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

    /// A page of a mailbox's received messages that can be read at `now`, newest first, without
    /// duplicates.
    ///
    /// @param before where the page before ended; empty for the first page
    public SlotPage received(
            TenantId tenant,
            MailboxId mailbox,
            Optional<PagePosition> before,
            int max,
            Instant now) {
        return page(tenant, mailbox, IN_INBOX, before, max, now);
    }

    /// A page of a mailbox's sent messages that can be read at `now`, newest first; of copies the
    /// first.
    public SlotPage sent(
            TenantId tenant,
            MailboxId mailbox,
            Optional<PagePosition> before,
            int max,
            Instant now) {
        return page(tenant, mailbox, IN_SENT, before, max, now);
    }

    /// How many received messages the mailbox's owner has not opened, of those that can be read at
    /// `now`.
    public int unopened(TenantId tenant, MailboxId mailbox, Instant now) {
        return sql.sql(
                        """
                        SELECT count(*) FROM slot
                         WHERE tenant_id = :tenant AND mailbox_id = :mailbox AND received AND duplicate_of IS NULL
                           AND opened_at IS NULL AND (expires_at IS NULL OR expires_at > :now)
                        """)
                .param("now", at(now))
                .param("tenant", tenant.value())
                .param("mailbox", mailbox.value())
                .query(Integer.class)
                .single();
    }

    /// The author's slots of these messages' copies, the messages' own among them, oldest first.
    ///
    /// @param most so many of one message
    public List<StoredSlot> copies(
            TenantId tenant, MailboxId mailbox, Collection<Mac256> copyMacs, int most) {
        if (copyMacs.isEmpty()) {
            return List.of();
        }
        return SlotRow.readable(
                sql.sql(
                                """
                                SELECT slot.*, message.header AS message_header
                                  FROM (SELECT *, row_number() OVER (PARTITION BY copy_mac ORDER BY accepted_at, message_id) AS number
                                          FROM slot WHERE tenant_id = :tenant AND mailbox_id = :mailbox AND copy_mac IN (:macs)) slot
                                  JOIN message USING (tenant_id, message_id)
                                 WHERE number <= :most ORDER BY slot.accepted_at, slot.message_id
                                """)
                        .param("tenant", tenant.value())
                        .param("mailbox", mailbox.value())
                        .param("macs", copyMacs.stream().map(Mac256::toBytes).toList())
                        .param("most", most)
                        .query((row, _) -> SlotRow.read(row))
                        .list());
    }

    /// What inbox and Sent show of a thread, oldest first; a damaged row is left out.
    public List<StoredSlot> thread(TenantId tenant, MailboxId mailbox, ThreadId thread, int max) {
        return SlotRow.readable(
                sql.sql(
                                "SELECT "
                                        + SLOT_COLUMNS
                                        + """
                                         WHERE slot.tenant_id = :tenant AND slot.mailbox_id = :mailbox AND slot.thread_id = :thread
                                           AND ((%s) OR (%s))
                                         ORDER BY slot.accepted_at, slot.message_id LIMIT :max
                                        """
                                                .formatted(IN_INBOX, IN_SENT))
                        .param("tenant", tenant.value())
                        .param("mailbox", mailbox.value())
                        .param("thread", thread.value())
                        .param("max", max)
                        .query((row, _) -> SlotRow.read(row))
                        .list());
    }

    /// Remembers when the mailbox's owner first opened the message, and that a message to be read
    /// once has little time from then on.
    public void markOpened(TenantId tenant, MessageId message, MailboxId mailbox, Instant now) {
        sql.sql(
                        """
                        WITH opened AS (
                            UPDATE slot SET opened_at = :now,
                                            expires_at = CASE WHEN read_once THEN least(expires_at, :onceUntil) ELSE expires_at END
                             WHERE tenant_id = :tenant AND message_id = :message AND mailbox_id = :mailbox AND opened_at IS NULL
                            RETURNING tenant_id, message_id, mailbox_id, received)
                        INSERT INTO timeline_entry (tenant_id, message_id, mailbox_id, kind, happened_at)
                        SELECT tenant_id, message_id, mailbox_id, 'read', :now FROM opened WHERE received
                        ON CONFLICT DO NOTHING
                        """)
                .param("now", at(now))
                .param("onceUntil", at(now.plus(ReadingTerms.READ_ONCE_TIME)))
                .param("tenant", tenant.value())
                .param("message", message.value())
                .param("mailbox", mailbox.value())
                .update();
    }

    /// Changes until when a message can be read, as pages show it. Whoever has opened a message to
    /// be read once gets no more time by it.
    ///
    /// @param mailboxes by these; by all, if none is named
    public void expire(
            TenantId tenant, MessageId message, Set<MailboxId> mailboxes, Instant until) {
        sql.sql(
                        """
                        UPDATE slot SET expires_at = CASE WHEN read_once AND opened_at IS NOT NULL THEN least(expires_at, :until)
                                                          ELSE :until END
                         WHERE tenant_id = :tenant AND message_id = :message AND (:all OR mailbox_id = ANY (:mailboxes))
                        """)
                .param("until", at(until))
                .param("tenant", tenant.value())
                .param("message", message.value())
                .param("all", mailboxes.isEmpty())
                .param("mailboxes", mailboxes.stream().map(MailboxId::value).toArray(UUID[]::new))
                .update();
    }

    /// The messages whose author owns this mailbox.
    public List<MessageId> authored(TenantId tenant, MailboxId mailbox) {
        return sql.sql(
                        "SELECT message_id FROM slot WHERE tenant_id = :tenant AND mailbox_id ="
                                + " :mailbox AND sent")
                .param("tenant", tenant.value())
                .param("mailbox", mailbox.value())
                .query((row, _) -> new MessageId(uuid(row, "message_id")))
                .list();
    }

    /// Replaces what notices call a message's author.
    public void updateAuthor(TenantId tenant, MessageId message, SealedRecord sealedAuthor) {
        sql.sql(
                        "UPDATE message SET sealed_author = :author WHERE tenant_id = :tenant AND"
                                + " message_id = :message")
                .param("author", sealedAuthor.toBytes())
                .param("tenant", tenant.value())
                .param("message", message.value())
                .update();
    }

    private SlotPage page(
            TenantId tenant,
            MailboxId mailbox,
            String folder,
            Optional<PagePosition> before,
            int max,
            Instant now) {
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
                                        + " AND (slot.expires_at IS NULL OR slot.expires_at > :now)"
                                        + after
                                        + " ORDER BY slot.accepted_at DESC, slot.message_id DESC"
                                        + " LIMIT :max")
                        .param("tenant", tenant.value())
                        .param("mailbox", mailbox.value())
                        .param("now", at(now))
                        .param("max", max + 1);
        if (last != null) {
            statement =
                    statement
                            .param("beforeTime", at(last.acceptedAt()))
                            .param("beforeMessage", last.message().value());
        }
        List<SlotRow> rows = statement.query((row, _) -> SlotRow.read(row)).list();
        List<SlotRow> shown = rows.subList(0, Math.min(max, rows.size()));
        return new SlotPage(
                SlotRow.readable(shown),
                rows.size() > max ? Optional.of(shown.getLast().position()) : Optional.empty());
    }

    private static StoredMessage message(ResultSet row, int rowNumber) throws SQLException {
        return new StoredMessage(
                new ThreadId(uuid(row, "thread_id")),
                header(row, "header", "message_id"),
                sealed(row, "certificate", InstanceCertificate::parse),
                row.getLong("content_bytes"),
                sealed(row, "sealed_index", SealedRecord::of),
                sealed(row, "sealed_author", SealedRecord::of),
                instant(row, "accepted_at"),
                optionalMac(row, "duplicate_mac"));
    }

    private static byte @Nullable [] bytes(Optional<Mac256> mac) {
        return mac.map(Mac256::toBytes).orElse(null);
    }
}
