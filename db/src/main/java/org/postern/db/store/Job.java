package org.postern.db.store;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.postern.crypto.sealed.Mac256;
import org.postern.db.JobId;
import org.postern.db.MailboxId;
import org.postern.db.TenantId;

/// One unit of later work: ids and a kind, never content.
///
/// @param kind which handler does it
/// @param subject what it is about: a message, a sign-in request
/// @param mailbox whom it is for, where the kind needs one
/// @param attempt which try this is, from 1; the fence against a worker whose lease ran out
/// @param urgent whether somebody waits for it
/// @param destination the domain that its mail goes to, as far as it is known
/// @param resting whether that domain is left alone: not to be done now, but it may be too late for
///   it
public record Job(
        JobId id,
        TenantId tenant,
        String kind,
        UUID subject,
        Optional<MailboxId> mailbox,
        int attempt,
        Instant createdAt,
        boolean urgent,
        Optional<Mac256> destination,
        boolean resting) {

    /// One that goes nowhere in particular.
    public Job(
            JobId id,
            TenantId tenant,
            String kind,
            UUID subject,
            Optional<MailboxId> mailbox,
            int attempt,
            Instant createdAt) {
        this(
                id,
                tenant,
                kind,
                subject,
                mailbox,
                attempt,
                createdAt,
                false,
                Optional.empty(),
                false);
    }
}
