package org.postern.mail.delivery;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postern.crypto.sealed.Mac256;
import org.postern.crypto.sealed.UuidV7;
import org.postern.db.JobId;
import org.postern.db.MailboxId;
import org.postern.db.MessageId;
import org.postern.db.TenantId;
import org.postern.db.store.DuplicateStore;
import org.postern.db.store.NoticeRules;
import org.postern.db.store.NoticeStore;
import org.postern.db.store.NoticeStore.LastNotice;
import org.postern.notifications.job.Jobs;

/// Promises each recipient a notice, or records that he has one of the same mail already.
final class Notices {

    /// How long after a message the same one is taken for handed in again. Clients that lost a 250
    /// try again within hours (RFC 5321, section 4.5.4.1).
    static final Duration WINDOW = Duration.ofDays(3);

    private static final String DUPLICATE = "duplicate";

    private final DuplicateStore duplicates;
    private final NoticeStore store;
    private final Jobs jobs;
    private final UuidV7 ids;
    private final Clock clock;

    Notices(DuplicateStore duplicates, NoticeStore store, Jobs jobs, UuidV7 ids, Clock clock) {
        this.duplicates = duplicates;
        this.store = store;
        this.jobs = jobs;
        this.ids = ids;
        this.clock = clock;
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

    /// What these mailboxes were last told of, where it depends on that when they are told again;
    /// in the caller's transaction, until whose end nobody else decides about them. Before anything
    /// is promised, so that nobody who holds one of these notices waits for what is promised here.
    Map<MailboxId, LastNotice> last(TenantId tenant, List<MailboxId> mailboxes, NoticeRules rules) {
        Map<MailboxId, LastNotice> last = new HashMap<>();
        if (rules.digestMinutes() > 0) {
            store.lock(tenant, mailboxes);
            Instant now = clock.instant();
            Instant then = now.minus(Duration.ofMinutes(rules.digestMinutes()));
            for (MailboxId mailbox : mailboxes) {
                store.last(tenant, Delivery.NOTICE, mailbox, then, now)
                        .ifPresent(notice -> last.put(mailbox, notice));
            }
        }
        return last;
    }

    /// In the caller's transaction. Of what comes soon after a notice its recipient is told in one
    /// mail, when the wait is over. Each message has a job of its own, so that nothing is lost and
    /// each has its outcome.
    void promise(
            TenantId tenant,
            MessageId message,
            MailboxId recipient,
            Mac256 destination,
            Map<MailboxId, MessageId> told,
            Optional<LastNotice> last,
            NoticeRules rules) {
        if (told.containsKey(recipient)) {
            jobs.forgo(tenant, Delivery.NOTICE, message.value(), recipient, DUPLICATE);
        } else if (last.isEmpty()) {
            jobs.promise(tenant, Delivery.NOTICE, message.value(), recipient, destination);
        } else if (last.get().waits()) {
            store.insertToldWith(
                    tenant,
                    new JobId(ids.next()),
                    Delivery.NOTICE,
                    message.value(),
                    recipient,
                    last.get());
        } else {
            jobs.promise(
                    tenant,
                    Delivery.NOTICE,
                    message.value(),
                    recipient,
                    Optional.of(destination),
                    last.get().dueAt().plus(Duration.ofMinutes(rules.digestMinutes())));
        }
    }
}
