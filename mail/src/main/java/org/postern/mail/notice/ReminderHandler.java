package org.postern.mail.notice;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.db.MailboxId;
import org.postern.db.MessageId;
import org.postern.db.store.Job;
import org.postern.db.store.TimelineKind;
import org.postern.mail.delivery.Delivery;
import org.postern.notifications.job.JobHandler;
import org.postern.notifications.job.Outcome;
import org.postern.notifications.job.RetryPolicy;
import org.postern.notifications.notice.Reminder;

/// Reminds one recipient of a message that was not opened, three days after the notice and ten. One
/// that fails is discarded, and nobody is told of that. Thread-safe.
public final class ReminderHandler implements JobHandler {

    /// When to remind for the first time, after the notice.
    static final Duration FIRST = Duration.ofDays(3);

    /// When for the second time, after the first.
    private static final Duration SECOND = Duration.ofDays(7);

    private final boolean last;
    private final Telling telling;
    private final NoticeTimelines timelines;

    /// For one of the two reminders.
    ///
    /// @param last whether it is the second
    public ReminderHandler(boolean last, Telling telling) {
        this.last = last;
        this.telling = telling;
        this.timelines = new NoticeTimelines(telling.database(), telling.clock());
    }

    @Override
    public String kind() {
        return last ? Delivery.SECOND_REMINDER : Delivery.FIRST_REMINDER;
    }

    @Override
    public RetryPolicy retries() {
        return RetryPolicy.NOTICE;
    }

    @Override
    public Outcome handle(Job job) {
        try {
            MailboxId mailbox = job.mailbox().orElseThrow();
            Instant now = telling.clock().instant();
            Optional<Recipient> recipient =
                    telling.messages()
                            .find(job, Optional.of(new MessageId(job.subject())))
                            .filter(found ->
                                    found.rules().reminds() && !found.waiting(now).isEmpty());
            if (noticeFailed(job, mailbox)) {
                return new Outcome.Discard("notice-failed");
            }
            return recipient.isPresent()
                    ? remind(job, recipient.get(), recipient.get().messages().getFirst(), now)
                    : new Outcome.Done();
        } catch (OpeningFailedException e) {
            return new Outcome.Discard("names-do-not-open");
        }
    }

    /// It came back after it had been handed over: so would this.
    private boolean noticeFailed(Job job, MailboxId mailbox) {
        return telling.database()
                .jobs()
                .outcome(job.tenant(), Delivery.NOTICE, job.subject(), mailbox)
                .isPresent();
    }

    private Outcome remind(Job job, Recipient recipient, WaitingMessage message, Instant now) {
        return telling.outgoing()
                .hand(
                        telling.mail()
                                .compose(
                                        new Reminder(
                                                telling.writer().notice(job, recipient, message),
                                                message.acceptedAt(),
                                                Duration.between(message.acceptedAt(), now)
                                                        .toDays(),
                                                message.expiresAt(),
                                                last))
                                .requiringTls(message.requireTls()))
                .outcome();
    }

    @Override
    public void completed(Job job) {
        if (!telling.database().tenants().noticeRules(job.tenant()).reminds()) {
            return;
        }
        timelines.addTold(job, TimelineKind.REMINDED);
        if (!last) {
            telling.jobs()
                    .promise(
                            job.tenant(),
                            Delivery.SECOND_REMINDER,
                            job.subject(),
                            job.mailbox().orElseThrow(),
                            job.destination(),
                            telling.clock().instant().plus(SECOND));
        }
    }
}
