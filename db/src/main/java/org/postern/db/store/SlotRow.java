package org.postern.db.store;

import static org.postern.db.store.Columns.header;
import static org.postern.db.store.Columns.instant;
import static org.postern.db.store.Columns.optionalInstant;
import static org.postern.db.store.Columns.optionalMac;
import static org.postern.db.store.Columns.optionalSealed;
import static org.postern.db.store.Columns.sealed;
import static org.postern.db.store.Columns.uuid;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.postern.crypto.sealed.ObjectHeader;
import org.postern.crypto.sealed.SealedRecord;
import org.postern.crypto.sealed.Slot;
import org.postern.db.IntegrityLog;
import org.postern.db.LockKind;
import org.postern.db.MailboxId;
import org.postern.db.MessageId;
import org.postern.db.TenantId;
import org.postern.db.ThreadId;

/// A slot's row with its message's header, and where in a folder it stands.
///
/// @param slot empty if the row was changed
record SlotRow(PagePosition position, Optional<StoredSlot> slot) {

    /// One damaged row must not take a whole mailbox from its owner.
    static SlotRow read(ResultSet row) throws SQLException {
        PagePosition position =
                new PagePosition(
                        instant(row, "accepted_at"), new MessageId(uuid(row, "message_id")));
        try {
            return new SlotRow(position, Optional.of(slot(row)));
        } catch (DamagedRowException e) {
            IntegrityLog.slot(
                    IntegrityLog.Stored.SLOT_ROW,
                    new TenantId(uuid(row, "tenant_id")),
                    position.message(),
                    new MailboxId(uuid(row, "mailbox_id")));
            return new SlotRow(position, Optional.empty());
        }
    }

    static List<StoredSlot> readable(List<SlotRow> rows) {
        return rows.stream().flatMap(row -> row.slot().stream()).toList();
    }

    static StoredSlot slot(ResultSet row) throws SQLException {
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
                optionalInstant(row, "opened_at"),
                optionalInstant(row, "expires_at"),
                row.getBoolean("read_once"),
                row.getBoolean("no_forward"),
                lock(row),
                optionalMac(row, "copy_mac"),
                Optional.ofNullable(row.getObject("duplicate_of", UUID.class)).map(MessageId::new));
    }

    private static Optional<LockKind> lock(ResultSet row) throws SQLException {
        if (!row.getBoolean("locked")) {
            return Optional.empty();
        }
        return Optional.of(row.getBoolean("locked_by_phone") ? LockKind.PHONE : LockKind.PASSWORD);
    }
}
