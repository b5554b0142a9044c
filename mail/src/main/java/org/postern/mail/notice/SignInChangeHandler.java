package org.postern.mail.notice;

import java.util.Optional;
import java.util.Set;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.SealedRecord;
import org.postern.db.EmailAddress;
import org.postern.db.MailboxId;
import org.postern.db.MalformedAddressException;
import org.postern.db.store.AuditKind;
import org.postern.db.store.DamagedRowException;
import org.postern.db.store.Job;
import org.postern.db.store.MailDatabase;
import org.postern.keys.Authority;
import org.postern.keys.KeyService;
import org.postern.mail.delivery.OperationsRecords;
import org.postern.notifications.job.JobHandler;
import org.postern.notifications.job.Outcome;
import org.postern.notifications.job.RetryPolicy;
import org.postern.notifications.notice.SignInChange;
import org.postern.notifications.notice.SignInChangeMail;
import org.postern.notifications.outgoing.OutgoingMail;
import org.postern.notifications.words.Languages;

/// Tells the owner of a mailbox what was changed about signing in to it. Opens his address and
/// nothing else. Thread-safe.
public final class SignInChangeHandler implements JobHandler {

    /// What there are words for.
    private static final Set<AuditKind> TOLD =
            Set.of(
                    AuditKind.PASSKEY_ADDED,
                    AuditKind.PASSKEY_REMOVED,
                    AuditKind.SECOND_STEP_ON,
                    AuditKind.SECOND_STEP_OFF,
                    AuditKind.SECOND_STEP_HELD,
                    AuditKind.RECOVERY_CODE_USED,
                    AuditKind.DEVICE_REMEMBERED,
                    AuditKind.OTHER_SESSIONS_ENDED);

    private final MailDatabase database;
    private final Authority authority;
    private final Languages languages;
    private final SignInChangeMail mail;
    private final OutgoingMail outgoing;

    public SignInChangeHandler(
            MailDatabase database,
            Authority authority,
            Languages languages,
            SignInChangeMail mail,
            OutgoingMail outgoing) {
        this.database = database;
        this.authority = authority;
        this.languages = languages;
        this.mail = mail;
        this.outgoing = outgoing;
    }

    @Override
    public String kind() {
        return KeyService.SIGN_IN_CHANGED;
    }

    @Override
    public RetryPolicy retries() {
        return RetryPolicy.NOTICE;
    }

    @Override
    public Outcome handle(Job job) {
        Optional<AuditKind> what =
                database.audit().find(job.tenant(), job.subject()).filter(TOLD::contains);
        MailboxId owner = job.mailbox().orElseThrow();
        Optional<SealedRecord> sealed = database.mailboxes().findAddress(job.tenant(), owner);
        if (what.isEmpty() || sealed.isEmpty()) {
            return new Outcome.Discard("nobody-to-tell");
        }
        EmailAddress address;
        try {
            address =
                    EmailAddress.parse(
                            new OperationsRecords(authority.lend(job.tenant()).operations())
                                    .openAddress(
                                            job.tenant().value(), owner.value(), sealed.get()));
        } catch (DamagedRowException | OpeningFailedException | MalformedAddressException e) {
            return new Outcome.Discard("names-do-not-open");
        }
        return outgoing.hand(
                        mail.compose(
                                new SignInChange(
                                        job.tenant(),
                                        job.id(),
                                        address,
                                        what.get(),
                                        languages.of(job.tenant(), owner))))
                .outcome();
    }
}
