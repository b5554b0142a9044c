package org.postern.mail.shredding;

import java.util.Set;
import org.postern.db.MessageId;
import org.postern.db.store.Job;
import org.postern.keys.KeyService;
import org.postern.mail.delivery.Delivery;
import org.postern.notifications.job.JobHandler;
import org.postern.notifications.job.Outcome;
import org.postern.notifications.job.RetryPolicy;

/// Shreds a duplicate of what was recalled before it came. Thread-safe.
public final class DuplicateHandler implements JobHandler {

    private final KeyService keys;

    public DuplicateHandler(KeyService keys) {
        this.keys = keys;
    }

    @Override
    public String kind() {
        return Delivery.RECALLED_DUPLICATE;
    }

    @Override
    public RetryPolicy retries() {
        return RetryPolicy.NOTICE;
    }

    @Override
    public Outcome handle(Job job) {
        keys.destroy(
                job.tenant(),
                new MessageId(job.subject()),
                job.mailbox().map(Set::of).orElseGet(Set::of));
        return new Outcome.Done();
    }
}
