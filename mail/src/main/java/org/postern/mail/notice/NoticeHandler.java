package org.postern.mail.notice;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.db.MailboxId;
import org.postern.db.MessageId;
import org.postern.db.store.Job;
import org.postern.db.store.TimelineKind;
import org.postern.mail.delivery.Delivery;
import org.postern.notifications.job.JobHandler;
import org.postern.notifications.job.Outcome;
import org.postern.notifications.job.RetryPolicy;
import org.postern.notifications.outgoing.OutgoingMessage;

/// Tells one recipient that a message waits, or in one mail that several do. Opens names and what
/// was kept of the envelope, and no body. Thread-safe.
public final class NoticeHandler implements JobHandler {

    private final Telling telling;
    private final NoticeTimelines timelines;

    public NoticeHandler(Telling telling) {
        this.telling = telling;
        this.timelines = new NoticeTimelines(telling.database(), telling.clock());
    }

    @Override
    public String kind() {
        return Delivery.NOTICE;
    }

    @Override
    public RetryPolicy retries() {
        return RetryPolicy.NOTICE;
    }

    @Override
    public Outcome handle(Job job) {
        try {
            Optional<Recipient> found =
                    telling.messages()
                            .find(job, Optional.of(new MessageId(job.subject())))
                            .filter(recipient -> !recipient.messages().isEmpty());
            if (found.isEmpty()) {
                return new Outcome.Discard("message-gone");
            }
            // What waited to be told may have been read meanwhile, or recalled.
            List<WaitingMessage> waiting = found.get().waiting(telling.clock().instant());
            return waiting.isEmpty()
                    ? new Outcome.Done()
                    : telling.outgoing().hand(mail(job, found.get(), waiting)).outcome();
        } catch (OpeningFailedException e) {
            return new Outcome.Discard("names-do-not-open");
        }
    }

    private OutgoingMessage mail(Job job, Recipient recipient, List<WaitingMessage> waiting) {
        return (waiting.size() == 1
                        ? telling.mail()
                                .compose(
                                        telling.writer().notice(job, recipient, waiting.getFirst()))
                        : telling.mail().compose(telling.writer().digest(job, recipient, waiting)))
                .requiringTls(waiting.stream().anyMatch(WaitingMessage::requireTls));
    }

    /// Whoever was told is reminded.
    @Override
    public void completed(Job job) {
        timelines.addTold(job, TimelineKind.TOLD);
        telling.jobs()
                .promiseReminders(
                        job,
                        Delivery.FIRST_REMINDER,
                        telling.clock().instant().plus(ReminderHandler.FIRST));
    }

    @Override
    public void waits(Job job, String reason) {
        for (UUID subject : subjects(job)) {
            timelines.addDeferred(job, new MessageId(subject), reason);
        }
    }

    /// The sender is told, unless nobody wants to hear it.
    @Override
    public void discarded(Job job) {
        for (UUID subject : subjects(job)) {
            timelines.addFailed(job, new MessageId(subject));
        }
        report(job, Delivery.FAILED_REPORT);
    }

    /// Likewise, once.
    @Override
    public void late(Job job) {
        report(job, Delivery.DELAYED_REPORT);
    }

    private void report(Job job, String kind) {
        MailboxId mailbox = job.mailbox().orElseThrow();
        for (UUID subject : subjects(job)) {
            if (telling.database()
                    .messages()
                    .hasEnvelope(job.tenant(), new MessageId(subject), mailbox)) {
                telling.jobs().promise(job.tenant(), kind, subject, job.mailbox());
            }
        }
    }

    /// The messages it is about.
    private List<UUID> subjects(Job job) {
        return Stream.concat(
                        Stream.of(job.subject()),
                        telling.database().notices().toldWith(job.tenant(), job.id()).stream())
                .toList();
    }
}
