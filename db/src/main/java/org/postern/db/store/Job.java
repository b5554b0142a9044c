package org.postern.db.store;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.postern.db.JobId;
import org.postern.db.MailboxId;
import org.postern.db.TenantId;

/// One unit of later work: ids and a kind, never content.
///
/// @param kind which handler does it
/// @param subject what it is about: a message, a sign-in request
/// @param mailbox whom it is for, where the kind needs one
/// @param attempt which try this is, from 1; the fence against a worker whose lease ran out
public record Job(
        JobId id,
        TenantId tenant,
        String kind,
        UUID subject,
        Optional<MailboxId> mailbox,
        int attempt,
        Instant createdAt) {}
