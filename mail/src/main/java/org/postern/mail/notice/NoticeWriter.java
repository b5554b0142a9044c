package org.postern.mail.notice;

import java.util.List;
import java.util.Optional;
import org.postern.db.EmailAddress;
import org.postern.db.MailboxId;
import org.postern.db.MessageId;
import org.postern.db.TenantId;
import org.postern.db.store.Job;
import org.postern.db.store.MailDatabase;
import org.postern.db.store.NoticeRules;
import org.postern.mail.returned.ReturnAddresses;
import org.postern.notifications.notice.Digest;
import org.postern.notifications.notice.Notice;
import org.postern.notifications.notice.Way;
import org.postern.notifications.words.Languages;

/// Says of waiting messages what their tenant lets be said, in the recipient's language.
/// Thread-safe.
public final class NoticeWriter {

    private final MailDatabase database;
    private final WaitingMessages messages;
    private final Languages languages;
    private final ReturnAddresses returns;

    public NoticeWriter(
            MailDatabase database,
            WaitingMessages messages,
            Languages languages,
            ReturnAddresses returns) {
        this.database = database;
        this.messages = messages;
        this.languages = languages;
        this.returns = returns;
    }

    Notice notice(Job job, EmailAddress recipient, WaitingMessage message) {
        MailboxId mailbox = job.mailbox().orElseThrow();
        NoticeRules rules = database.tenants().noticeRules(job.tenant());
        String number = messages.number(job.tenant(), message.id(), mailbox);
        return new Notice(
                job.tenant(),
                job.id(),
                message.author(),
                rules.tellsSubject() ? message.subject() : Optional.empty(),
                recipient,
                new Way(
                        "/m/" + message.id() + "/n/" + number,
                        number,
                        rules.zeroLink(recipient.domain())),
                languages.of(job.tenant(), mailbox),
                returns.of(job.tenant(), job.id()));
    }

    Digest digest(Job job, EmailAddress recipient, List<WaitingMessage> waiting) {
        TenantId tenant = job.tenant();
        MailboxId mailbox = job.mailbox().orElseThrow();
        MessageId first = waiting.getFirst().id();
        return new Digest(
                tenant,
                job.id(),
                waiting.size(),
                waiting.stream().map(WaitingMessage::author).toList(),
                recipient,
                new Way(
                        "/inbox",
                        messages.number(tenant, first, mailbox),
                        database.tenants().noticeRules(tenant).zeroLink(recipient.domain())),
                languages.of(tenant, mailbox),
                returns.of(tenant, job.id()));
    }
}
