package org.postern.db;

import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Integrity events: something stored is not what we stored. Somebody changed it, or a disk did.
///
/// All are lines of one logger and one form, so that one pattern raises the alarm. Whoever asked
/// for what does not open is told none of this (docs/format.md, section 1).
public final class IntegrityLog {

    private static final Logger log = LoggerFactory.getLogger(IntegrityLog.class);

    private IntegrityLog() {}

    /// Something of a message.
    public static void message(Stored what, TenantId tenant, MessageId message) {
        log.error("integrity event: what={} tenant={} message={}", what.word(), tenant, message);
    }

    /// Something of a message in one mailbox.
    public static void slot(Stored what, TenantId tenant, MessageId message, MailboxId mailbox) {
        log.error(
                "integrity event: what={} tenant={} message={} mailbox={}",
                what.word(),
                tenant,
                message,
                mailbox);
    }

    /// Something of a mailbox that is in all its messages.
    public static void mailbox(Stored what, TenantId tenant, MailboxId mailbox) {
        log.error("integrity event: what={} tenant={} mailbox={}", what.word(), tenant, mailbox);
    }

    /// A message of which nothing more is known.
    public static void message(Stored what, MessageId message) {
        log.error("integrity event: what={} message={}", what.word(), message);
    }

    /// The rows of an organisation that a snapshot is made from.
    ///
    /// @param words which of them, and what became of them
    public static void configuration(TenantId tenant, String words) {
        log.error("integrity event: what=configuration tenant={} rows={}", tenant, words);
    }

    /// Something of no message and no mailbox.
    public static void common(Stored what) {
        log.error("integrity event: what={}", what.word());
    }

    /// What was changed.
    public enum Stored {
        /// A row that does not hold values of its kind, or another message's.
        MESSAGE_ROW,
        SLOT_ROW,
        ARRIVAL_ROW,
        /// The wrapped key of a mailbox's owner, or the secret without which a slot is nothing.
        SLOT,
        SHRED_SECRET,
        LEDGER_KEY,
        SUMMARY,
        /// Part index, certificate, seal or body.
        MESSAGE,
        /// What was accepted and does not become a message.
        ARRIVAL,
        SPOOL_ENTRY,
        /// From which doors work.
        SNAPSHOT;

        String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }
}
