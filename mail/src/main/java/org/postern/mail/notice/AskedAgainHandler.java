package org.postern.mail.notice;

import java.util.Optional;
import org.postern.crypto.sealed.Mac256;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.db.MailboxId;
import org.postern.db.store.Job;
import org.postern.db.store.MailDatabase;
import org.postern.mail.delivery.Delivery;
import org.postern.notifications.job.JobHandler;
import org.postern.notifications.job.Jobs;
import org.postern.notifications.job.Outcome;
import org.postern.notifications.job.RetryPolicy;
import org.postern.notifications.outgoing.Destinations;

/// Promises that a recipient is told once more, to where his mail goes: the portal that an author
/// asks does not know that, and a destination's rates hold for such mail too. Thread-safe.
public final class AskedAgainHandler implements JobHandler {

    private final MailDatabase database;
    private final Jobs jobs;
    private final WaitingMessages messages;
    private final Destinations destinations;

    public AskedAgainHandler(
            MailDatabase database, Jobs jobs, WaitingMessages messages, Destinations destinations) {
        this.database = database;
        this.jobs = jobs;
        this.messages = messages;
        this.destinations = destinations;
    }

    @Override
    public String kind() {
        return Delivery.ASKED_AGAIN;
    }

    @Override
    public RetryPolicy retries() {
        return RetryPolicy.NOTICE;
    }

    @Override
    public Outcome handle(Job job) {
        try {
            MailboxId mailbox = job.mailbox().orElseThrow();
            Optional<Mac256> there =
                    messages.find(job, Optional.empty())
                            .map(Recipient::address)
                            .map(destinations::of);
            there.ifPresent(destination -> promise(job, mailbox, destination));
            return there.isPresent() ? new Outcome.Done() : new Outcome.Discard("message-gone");
        } catch (OpeningFailedException e) {
            return new Outcome.Discard("names-do-not-open");
        }
    }

    private void promise(Job job, MailboxId mailbox, Mac256 destination) {
        database.transaction()
                .executeWithoutResult(_ ->
                        jobs.promise(
                                job.tenant(),
                                Delivery.NOTICE_AGAIN,
                                job.subject(),
                                mailbox,
                                destination));
    }
}
