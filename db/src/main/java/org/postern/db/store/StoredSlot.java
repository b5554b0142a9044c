package org.postern.db.store;

import java.time.Instant;
import java.util.Optional;
import org.postern.crypto.sealed.Mac256;
import org.postern.crypto.sealed.SealedRecord;
import org.postern.crypto.sealed.Slot;
import org.postern.db.LockKind;
import org.postern.db.MailboxId;
import org.postern.db.MessageId;
import org.postern.db.ThreadId;

/// One mailbox's way to one message.
///
/// @param headerHash of the message's sealed object
/// @param received whether the inbox shows it
/// @param sent whether "Sent" shows it
/// @param sealedSummary subject, names and preview, under the key of this slot's summary
/// @param sealedEnvelope the SMTP envelope as far as it is about this recipient, under the
///   operations key; where something may still depend on it
/// @param openedAt when its owner first opened the message
/// @param expiresAt from when on the key service refuses it, as far as the mail database knows
/// @param readOnce whether opening it brings that time near
/// @param noForward whether its sender asks not to pass it on
/// @param lock what all but its message's author are asked for
/// @param copyMac the same for all copies of one message; the author's alone, if it has a
///   Message-ID
/// @param duplicateOf the message that the inbox shows instead
public record StoredSlot(
        MessageId message,
        MailboxId mailbox,
        ThreadId thread,
        Mac256 headerHash,
        boolean received,
        boolean sent,
        Slot slot,
        SealedRecord sealedSummary,
        Optional<SealedRecord> sealedEnvelope,
        Instant acceptedAt,
        Optional<Instant> openedAt,
        Optional<Instant> expiresAt,
        boolean readOnce,
        boolean noForward,
        Optional<LockKind> lock,
        Optional<Mac256> copyMac,
        Optional<MessageId> duplicateOf) {}
