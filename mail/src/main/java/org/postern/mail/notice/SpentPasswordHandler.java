package org.postern.mail.notice;

import java.util.Optional;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.SealedRecord;
import org.postern.db.EmailAddress;
import org.postern.db.LockKind;
import org.postern.db.MailboxId;
import org.postern.db.MalformedAddressException;
import org.postern.db.MessageId;
import org.postern.db.store.DamagedRowException;
import org.postern.db.store.Job;
import org.postern.db.store.MailDatabase;
import org.postern.keys.Authority;
import org.postern.mail.delivery.Delivery;
import org.postern.mail.delivery.OperationsRecords;
import org.postern.notifications.job.JobHandler;
import org.postern.notifications.job.Outcome;
import org.postern.notifications.job.RetryPolicy;
import org.postern.notifications.notice.SpentPassword;
import org.postern.notifications.notice.SpentPasswordMail;
import org.postern.notifications.outgoing.OutgoingMail;
import org.postern.notifications.words.Languages;

/// Tells an author that a recipient of his message is locked out: its password, or the PIN from a
/// phone, was typed wrong too often. Opens two addresses and nothing of the message. Thread-safe.
public final class SpentPasswordHandler implements JobHandler {

    private final LockKind lock;
    private final MailDatabase database;
    private final Authority authority;
    private final Languages languages;
    private final SpentPasswordMail mail;
    private final OutgoingMail outgoing;

    private SpentPasswordHandler(
            LockKind lock,
            MailDatabase database,
            Authority authority,
            Languages languages,
            SpentPasswordMail mail,
            OutgoingMail outgoing) {
        this.lock = lock;
        this.database = database;
        this.authority = authority;
        this.languages = languages;
        this.mail = mail;
        this.outgoing = outgoing;
    }

    /// Of messages with a password.
    public static SpentPasswordHandler ofPasswords(
            MailDatabase database,
            Authority authority,
            Languages languages,
            SpentPasswordMail mail,
            OutgoingMail outgoing) {
        return new SpentPasswordHandler(
                LockKind.PASSWORD, database, authority, languages, mail, outgoing);
    }

    /// Of messages with a phone.
    public static SpentPasswordHandler ofPins(
            MailDatabase database,
            Authority authority,
            Languages languages,
            SpentPasswordMail mail,
            OutgoingMail outgoing) {
        return new SpentPasswordHandler(
                LockKind.PHONE, database, authority, languages, mail, outgoing);
    }

    @Override
    public String kind() {
        return switch (lock) {
            case PASSWORD -> Delivery.PASSWORD_SPENT;
            case PHONE -> Delivery.PIN_SPENT;
        };
    }

    private String page() {
        return switch (lock) {
            case PASSWORD -> "/password";
            case PHONE -> "/phone";
        };
    }

    @Override
    public RetryPolicy retries() {
        return RetryPolicy.NOTICE;
    }

    @Override
    public Outcome handle(Job job) {
        MailboxId recipient = job.mailbox().orElseThrow();
        Optional<MailboxId> author =
                database.messages().author(job.tenant(), new MessageId(job.subject()));
        if (author.isEmpty()) {
            return new Outcome.Discard("message-gone");
        }
        SpentPassword spent;
        try {
            Optional<EmailAddress> told = address(job, author.get());
            Optional<EmailAddress> lockedOut = address(job, recipient);
            if (told.isEmpty() || lockedOut.isEmpty()) {
                return new Outcome.Discard("message-gone");
            }
            spent =
                    new SpentPassword(
                            job.tenant(),
                            job.id(),
                            told.get(),
                            lockedOut.get(),
                            lock,
                            "/m/" + job.subject() + page(),
                            languages.of(job.tenant(), author.get()));
        } catch (DamagedRowException | OpeningFailedException | MalformedAddressException e) {
            return new Outcome.Discard("names-do-not-open");
        }
        return outgoing.hand(mail.compose(spent)).outcome();
    }

    private Optional<EmailAddress> address(Job job, MailboxId mailbox)
            throws OpeningFailedException, MalformedAddressException {
        Optional<SealedRecord> sealed = database.mailboxes().findAddress(job.tenant(), mailbox);
        if (sealed.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                EmailAddress.parse(
                        new OperationsRecords(authority.lend(job.tenant()).operations())
                                .openAddress(job.tenant().value(), mailbox.value(), sealed.get())));
    }
}
