package org.postern.db.store;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.postern.db.MailboxId;

/// An audit event as it stands in its row.
///
/// @param kind the word of an [AuditKind], unless somebody changed the row
/// @param mailbox whose owner it was, if anybody's
/// @param object what it was about, if anything
public record AuditEvent(
        UUID event,
        String kind,
        Optional<MailboxId> mailbox,
        Optional<UUID> object,
        Instant happenedAt) {}
