package org.postern.mail.delivery;

import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.postern.crypto.sealed.ObjectHeader;
import org.postern.crypto.sealed.SealedRecord;
import org.postern.db.MailboxId;
import org.postern.db.MessageId;
import org.postern.db.TenantId;
import org.postern.db.store.TimelineStore;
import org.postern.keys.KeyService.AdmittedMailbox;
import org.postern.mail.content.RecipientList;

/// What an author sees of a message afterwards: whom it went to, and what became of it there.
///
/// @param author whose mailbox shows it in Sent, if it has one here
/// @param recipients the mailboxes it went to
record AuthorsView(Optional<AdmittedMailbox> author, List<AdmittedMailbox> recipients) {

    static AuthorsView of(List<AdmittedMailbox> mailboxes) {
        return new AuthorsView(
                mailboxes.stream().filter(AdmittedMailbox::author).findFirst(),
                mailboxes.stream().filter(AdmittedMailbox::recipient).toList());
    }

    /// The recipients, for the author's eyes.
    Optional<SealedRecord> seal(ObjectHeader header, SecureRandom random) {
        RecipientList list =
                new RecipientList(
                        recipients.stream()
                                .map(one ->
                                        new RecipientList.Recipient(
                                                one.mailbox().value(), one.address().text()))
                                .toList());
        return author.map(own -> list.seal(own.summaryKey(), header.digest(), random));
    }

    /// Begins a timeline for each recipient, and goes on with those of messages that this one
    /// answers; in the transaction that delivers it.
    void store(
            TimelineStore timelines,
            ObjectHeader header,
            ThreadFinder.Found found,
            Optional<SealedRecord> sealedRecipients) {
        TenantId tenant = new TenantId(header.tenant());
        MessageId message = new MessageId(header.object());
        if (author.isEmpty() || sealedRecipients.isEmpty()) {
            return; // nobody will ever look
        }
        MailboxId own = author.get().mailbox();
        timelines.begin(tenant, message, own, sealedRecipients.get(), header.created());
        if (!found.begun()) {
            timelines.insertAnswered(
                    tenant,
                    found.thread(),
                    own,
                    recipients.stream().map(AdmittedMailbox::mailbox).toList(),
                    header.created());
        }
    }
}
