package org.postern.keys.ledger;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.db.EmailAddress;
import org.postern.db.MailboxId;
import org.postern.db.MessageId;
import org.postern.db.TenantId;
import org.postern.db.store.AuditKind;
import org.postern.db.store.Deletion.What;
import org.postern.keys.KeyService.Dates;
import org.postern.keys.KeyService.ReadingKey;
import org.postern.keys.NotSignedInException;

/// Ends what can be read, or changes until when. The order to the shredder is on record first.
final class Recalls {

    private final Mailboxes mailboxes;
    private final ShredSecrets secrets;
    private final ReadingKeys readers;
    private final Deletions deletions;

    Recalls(Mailboxes mailboxes, ShredSecrets secrets, ReadingKeys readers, Deletions deletions) {
        this.mailboxes = mailboxes;
        this.secrets = secrets;
        this.readers = readers;
        this.deletions = deletions;
    }

    void destroy(TenantId tenant, MessageId message, Set<MailboxId> mailboxIds) {
        deletions.carryOut(
                tenant,
                AuditKind.MESSAGE_RECALLED,
                each(mailboxIds).map(mailbox -> new What.Message(message, mailbox)).toList());
    }

    void expire(TenantId tenant, MessageId message, Set<MailboxId> mailboxIds, Dates dates) {
        deletions.carryOut(
                tenant,
                AuditKind.MESSAGE_EXPIRY_CHANGED,
                each(mailboxIds)
                        .map(mailbox ->
                                new What.Dates(
                                        message, mailbox, dates.refusedFrom(), dates.deletedFrom()))
                        .toList());
    }

    void expireOwn(
            TenantId tenant,
            ReadingKey author,
            MessageId message,
            Set<MailboxId> mailboxIds,
            Dates dates)
            throws NotSignedInException, OpeningFailedException {
        if (!secrets.isAuthor(tenant, message, readers.mailbox(tenant, author))) {
            throw new OpeningFailedException();
        }
        expire(tenant, message, mailboxIds, dates);
    }

    Optional<MailboxId> erase(TenantId tenant, EmailAddress address) {
        Optional<MailboxId> mailbox = mailboxes.find(tenant, address).map(Mailboxes.Mailbox::id);
        mailbox.ifPresent(found ->
                deletions.carryOut(
                        tenant, AuditKind.MAILBOX_ERASED, List.of(new What.Mailbox(found))));
        return mailbox;
    }

    void endTenant(TenantId tenant) {
        deletions.carryOut(tenant, AuditKind.TENANT_ENDED, List.of(new What.Tenant()));
    }

    /// All of them, if none is named.
    private static Stream<Optional<MailboxId>> each(Set<MailboxId> mailboxIds) {
        return mailboxIds.isEmpty()
                ? Stream.of(Optional.empty())
                : mailboxIds.stream().map(Optional::of);
    }
}
