package org.postern.mail.notice;

import java.util.List;
import java.util.Optional;
import org.postern.db.MailboxId;
import org.postern.db.store.Job;
import org.postern.mail.returned.ReturnAddresses;
import org.postern.notifications.notice.Digest;
import org.postern.notifications.notice.Notice;
import org.postern.notifications.notice.Way;

/// Says of waiting messages what their tenant lets be said, in the recipient's language.
/// Thread-safe.
public final class NoticeWriter {

    private final WaitingMessages messages;
    private final ReturnAddresses returns;

    public NoticeWriter(WaitingMessages messages, ReturnAddresses returns) {
        this.messages = messages;
        this.returns = returns;
    }

    Notice notice(Job job, Recipient recipient, WaitingMessage message) {
        MailboxId mailbox = job.mailbox().orElseThrow();
        String number = messages.number(job.tenant(), message, mailbox);
        return new Notice(
                job.tenant(),
                job.id(),
                message.author(),
                recipient.rules().tellsSubject() ? message.subject() : Optional.empty(),
                recipient.address(),
                new Way(
                        "/m/" + message.id() + "/n/" + number,
                        number,
                        recipient.rules().zeroLink(recipient.address().domain())),
                recipient.language(),
                returns.of(job.tenant(), job.id(), recipient.returnDomain()));
    }

    Digest digest(Job job, Recipient recipient, List<WaitingMessage> waiting) {
        return new Digest(
                job.tenant(),
                job.id(),
                waiting.size(),
                waiting.stream().map(WaitingMessage::author).toList(),
                recipient.address(),
                new Way(
                        "/inbox",
                        messages.number(
                                job.tenant(), waiting.getFirst(), job.mailbox().orElseThrow()),
                        recipient.rules().zeroLink(recipient.address().domain())),
                recipient.language(),
                returns.of(job.tenant(), job.id(), recipient.returnDomain()));
    }
}
