package org.postern.mail.notice;

import java.util.Optional;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.SealedRecord;
import org.postern.db.EmailAddress;
import org.postern.db.MailboxId;
import org.postern.db.MalformedAddressException;
import org.postern.db.MessageId;
import org.postern.db.store.DamagedRowException;
import org.postern.db.store.Job;
import org.postern.db.store.MailDatabase;
import org.postern.db.store.StoredMessage;
import org.postern.db.store.StoredSlot;
import org.postern.keys.Authority;
import org.postern.mail.delivery.Delivery;
import org.postern.mail.delivery.OperationsRecords;
import org.postern.notifications.job.JobHandler;
import org.postern.notifications.job.Jobs;
import org.postern.notifications.job.Outcome;
import org.postern.notifications.job.RetryPolicy;
import org.postern.notifications.notice.Notice;
import org.postern.notifications.notice.NoticeMail;
import org.postern.notifications.outgoing.OutgoingMail;
import org.postern.notifications.outgoing.OutgoingMessage;
import org.postern.notifications.words.Languages;

/// Tells one recipient that one message waits. Opens names and what was kept of the envelope, and
/// no body. Thread-safe.
public final class NoticeHandler implements JobHandler {

    private final MailDatabase database;
    private final Jobs jobs;
    private final Authority authority;
    private final Languages languages;
    private final NoticeMail notices;
    private final OutgoingMail outgoing;

    public NoticeHandler(
            MailDatabase database,
            Jobs jobs,
            Authority authority,
            Languages languages,
            NoticeMail notices,
            OutgoingMail outgoing) {
        this.database = database;
        this.jobs = jobs;
        this.authority = authority;
        this.languages = languages;
        this.notices = notices;
        this.outgoing = outgoing;
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
        MailboxId mailbox = job.mailbox().orElseThrow();
        Optional<StoredMessage> message;
        Optional<SealedRecord> address;
        Optional<SealedRecord> envelope;
        try {
            message = database.messages().find(job.tenant(), new MessageId(job.subject()));
            address = database.mailboxes().findAddress(job.tenant(), mailbox);
            envelope =
                    database.messages()
                            .findSlot(job.tenant(), new MessageId(job.subject()), mailbox)
                            .flatMap(StoredSlot::sealedEnvelope);
        } catch (DamagedRowException e) {
            return new Outcome.Discard("names-do-not-open");
        }
        if (message.isEmpty() || address.isEmpty()) {
            return new Outcome.Discard("message-gone");
        }
        OutgoingMessage mail;
        try {
            OperationsRecords records =
                    new OperationsRecords(authority.lend(job.tenant()).operations());
            mail =
                    notices.compose(notice(records, job, mailbox, message.get(), address.get()))
                            .requiringTls(
                                    envelope.isPresent()
                                            && records.openEnvelope(
                                                            job.tenant().value(),
                                                            job.subject(),
                                                            mailbox.value(),
                                                            envelope.get())
                                                    .requireTls());
        } catch (OpeningFailedException | MalformedAddressException e) {
            return new Outcome.Discard("names-do-not-open");
        }
        return outgoing.hand(mail).outcome();
    }

    /// The sender is told, unless nobody wants to hear it.
    @Override
    public void discarded(Job job) {
        report(job, Delivery.FAILED_REPORT);
    }

    /// Likewise, once.
    @Override
    public void late(Job job) {
        report(job, Delivery.DELAYED_REPORT);
    }

    private void report(Job job, String kind) {
        MailboxId mailbox = job.mailbox().orElseThrow();
        if (database.messages().hasEnvelope(job.tenant(), new MessageId(job.subject()), mailbox)) {
            jobs.promise(job.tenant(), kind, job.subject(), job.mailbox());
        }
    }

    private Notice notice(
            OperationsRecords records,
            Job job,
            MailboxId mailbox,
            StoredMessage message,
            SealedRecord sealedAddress)
            throws OpeningFailedException, MalformedAddressException {
        String author =
                records.openAuthor(
                        job.tenant().value(), message.id().value(), message.sealedAuthor());
        String address = records.openAddress(job.tenant().value(), mailbox.value(), sealedAddress);
        return new Notice(
                job.tenant(),
                job.id(),
                author,
                EmailAddress.parse(address),
                "/m/" + message.id(),
                languages.of(job.tenant(), mailbox));
    }
}
