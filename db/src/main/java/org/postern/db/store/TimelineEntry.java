package org.postern.db.store;

import java.time.Instant;
import java.util.Optional;
import org.postern.db.MailboxId;
import org.postern.db.MessageId;

/// One line of a recipient's timeline.
///
/// @param reason one of our own words, if it was deferred or failed
public record TimelineEntry(
        MessageId message,
        MailboxId mailbox,
        TimelineKind kind,
        Instant at,
        Optional<String> reason) {}
