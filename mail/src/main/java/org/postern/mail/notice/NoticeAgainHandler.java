package org.postern.mail.notice;

import java.util.Optional;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.db.MessageId;
import org.postern.db.store.Job;
import org.postern.db.store.TimelineKind;
import org.postern.mail.delivery.Delivery;
import org.postern.notifications.job.JobHandler;
import org.postern.notifications.job.Outcome;
import org.postern.notifications.job.RetryPolicy;

/// Sends one recipient the notice once more, since the message's author wants it. Thread-safe.
public final class NoticeAgainHandler implements JobHandler {

    private final Telling telling;
    private final NoticeTimelines timelines;

    public NoticeAgainHandler(Telling telling) {
        this.telling = telling;
        this.timelines = new NoticeTimelines(telling.database(), telling.clock());
    }

    @Override
    public String kind() {
        return Delivery.NOTICE_AGAIN;
    }

    @Override
    public RetryPolicy retries() {
        return RetryPolicy.NOTICE;
    }

    @Override
    public Outcome handle(Job job) {
        try {
            Optional<Recipient> recipient =
                    telling.messages()
                            .find(job, asked(job))
                            .filter(found -> !found.messages().isEmpty());
            return recipient.isPresent()
                    ? tell(job, recipient.get(), recipient.get().messages().getFirst())
                    : new Outcome.Discard("message-gone");
        } catch (OpeningFailedException e) {
            return new Outcome.Discard("names-do-not-open");
        }
    }

    private Outcome tell(Job job, Recipient recipient, WaitingMessage message) {
        return telling.outgoing()
                .hand(
                        telling.mail()
                                .compose(telling.writer().notice(job, recipient, message))
                                .requiringTls(message.requireTls()))
                .outcome();
    }

    @Override
    public void completed(Job job) {
        timelines.addTold(job, TimelineKind.TOLD_AGAIN);
    }

    @Override
    public void waits(Job job, String reason) {
        asked(job).ifPresent(message -> timelines.addDeferred(job, message, reason));
    }

    @Override
    public void discarded(Job job) {
        asked(job).ifPresent(message -> timelines.addFailed(job, message));
    }

    private Optional<MessageId> asked(Job job) {
        return telling.database().timelines().askedAgain(job.tenant(), job.subject());
    }
}
