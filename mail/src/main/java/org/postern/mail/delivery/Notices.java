package org.postern.mail.delivery;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.postern.crypto.sealed.Mac256;
import org.postern.db.MailboxId;
import org.postern.db.MessageId;
import org.postern.db.TenantId;
import org.postern.db.store.DuplicateStore;
import org.postern.notifications.job.Jobs;

/// Promises each recipient a notice, or records that he has one of the same mail already.
final class Notices {

    /// How long after a message the same one is taken for handed in again. Clients that lost a 250
    /// try again within hours (RFC 5321, section 4.5.4.1).
    static final Duration WINDOW = Duration.ofDays(3);

    private static final String DUPLICATE = "duplicate";

    private final DuplicateStore duplicates;
    private final Jobs jobs;

    Notices(DuplicateStore duplicates, Jobs jobs) {
        this.duplicates = duplicates;
        this.jobs = jobs;
    }

    /// Who has a notice of the same mail, and of which message; in the caller's transaction, which
    /// holds the lock of [ThreadFinder]: of two delivered at once the second sees the first.
    Map<MailboxId, MessageId> told(TenantId tenant, Optional<Mac256> duplicate, Instant accepted) {
        return duplicate
                .map(mac ->
                        duplicates.told(
                                tenant,
                                mac,
                                Delivery.NOTICE,
                                accepted.minus(WINDOW),
                                accepted.plus(WINDOW)))
                .orElse(Map.of());
    }

    /// In the caller's transaction.
    void promise(
            TenantId tenant,
            MessageId message,
            MailboxId recipient,
            Mac256 destination,
            Map<MailboxId, MessageId> told) {
        if (told.containsKey(recipient)) {
            jobs.forgo(tenant, Delivery.NOTICE, message.value(), recipient, DUPLICATE);
        } else {
            jobs.promise(tenant, Delivery.NOTICE, message.value(), recipient, destination);
        }
    }
}
