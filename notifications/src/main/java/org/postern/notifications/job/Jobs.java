package org.postern.notifications.job;

import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.postern.crypto.sealed.Mac256;
import org.postern.crypto.sealed.UuidV7;
import org.postern.db.JobId;
import org.postern.db.MailboxId;
import org.postern.db.TenantId;
import org.postern.db.store.Job;
import org.postern.db.store.JobStore;

/// Promises later work. Thread-safe.
public final class Jobs {

    private final JobStore store;
    private final UuidV7 ids;
    private final Clock clock;

    public Jobs(JobStore store, UuidV7 ids, Clock clock) {
        this.store = store;
        this.ids = ids;
        this.clock = clock;
    }

    /// Promises a job in the caller's transaction, so there is never the fact without the job or
    /// the job without the fact. One job per kind, subject and mailbox: promising again changes
    /// nothing.
    ///
    /// [JobWorker#wake] after the commit has it done at once; without, a worker finds it at its
    /// next look.
    ///
    /// @param kind that of the [JobHandler], at most 40 characters
    /// @param subject what it is about: a message, a sign-in request
    public void promise(TenantId tenant, String kind, UUID subject, Optional<MailboxId> mailbox) {
        store.insertIfAbsent(
                tenant, new JobId(ids.next()), kind, subject, mailbox, clock.instant());
    }

    /// The same for a job whose mail goes to this destination. Several are promised in the order of
    /// their destinations.
    public void promise(
            TenantId tenant, String kind, UUID subject, MailboxId mailbox, Mac256 destination) {
        store.insertIfAbsent(
                tenant,
                new JobId(ids.next()),
                kind,
                subject,
                Optional.of(mailbox),
                clock.instant(),
                destination);
    }

    /// The same for a job to be done at `due`.
    ///
    /// @param destination as far as it is known
    public void promise(
            TenantId tenant,
            String kind,
            UUID subject,
            MailboxId mailbox,
            Optional<Mac256> destination,
            Instant due) {
        JobId id = new JobId(ids.next());
        destination.ifPresentOrElse(
                there ->
                        store.insertIfAbsent(
                                tenant, id, kind, subject, Optional.of(mailbox), due, there),
                () -> store.insertIfAbsent(tenant, id, kind, subject, Optional.of(mailbox), due));
    }

    /// The same for a job to be done at `due` about each message that a notice has told of, where
    /// its tenant reminds.
    public void promiseReminders(Job told, String kind, Instant due) {
        store.insertReminders(told.tenant(), told, new JobId(ids.next()), kind, due);
    }

    /// The same for a job that somebody waits for: it is ahead of all others.
    public void promiseUrgent(
            TenantId tenant, String kind, UUID subject, Optional<MailboxId> mailbox) {
        store.insertUrgentIfAbsent(
                tenant, new JobId(ids.next()), kind, subject, mailbox, clock.instant());
    }

    /// Records in the caller's transaction why a job that this fact would ask for is not promised.
    ///
    /// @param reason one of our own words, at most 40 characters
    public void forgo(
            TenantId tenant, String kind, UUID subject, MailboxId mailbox, String reason) {
        store.insertDiscarded(
                tenant, new JobId(ids.next()), kind, subject, mailbox, reason, clock.instant());
    }
}
