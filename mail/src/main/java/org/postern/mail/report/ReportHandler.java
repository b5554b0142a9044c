package org.postern.mail.report;

import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.postern.crypto.RecordKey;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.SealedRecord;
import org.postern.db.EmailAddress;
import org.postern.db.Envelope;
import org.postern.db.MailboxId;
import org.postern.db.MessageId;
import org.postern.db.store.DamagedRowException;
import org.postern.db.store.Job;
import org.postern.db.store.JobOutcome;
import org.postern.db.store.MailDatabase;
import org.postern.db.store.StoredSlot;
import org.postern.keys.Authority;
import org.postern.mail.delivery.Delivery;
import org.postern.mail.delivery.OperationsRecords;
import org.postern.notifications.job.JobHandler;
import org.postern.notifications.job.Outcome;
import org.postern.notifications.job.RelayReplies;
import org.postern.notifications.job.RetryPolicy;
import org.postern.notifications.outgoing.OutgoingMail;
import org.postern.notifications.report.Report;
import org.postern.notifications.report.Report.Fate;
import org.postern.notifications.report.ReportMail;
import org.postern.notifications.words.Languages;

/// Tells the reverse-path what became of one message in one mailbox (RFC 3461, section 6). Opens
/// what was kept of the envelope, and nothing of the message. One that fails is discarded, and
/// nobody is told of that. Thread-safe.
public final class ReportHandler implements JobHandler {

    private final String kind;
    private final Predicate<Envelope.Recipient> asked;
    private final BiFunction<FailedNotice, Envelope, Fate> fate;
    private final MailDatabase database;
    private final Authority authority;
    private final Languages languages;
    private final ReportMail reports;
    private final OutgoingMail outgoing;

    private ReportHandler(
            String kind,
            Predicate<Envelope.Recipient> asked,
            BiFunction<FailedNotice, Envelope, Fate> fate,
            MailDatabase database,
            Authority authority,
            Languages languages,
            ReportMail reports,
            OutgoingMail outgoing) {
        this.kind = kind;
        this.asked = asked;
        this.fate = fate;
        this.database = database;
        this.authority = authority;
        this.languages = languages;
        this.reports = reports;
        this.outgoing = outgoing;
    }

    /// Says that the message is in the mailbox. We are its final store, so this is no more than
    /// `delivered`: whether it is read is its owner's affair.
    public static ReportHandler delivered(
            MailDatabase database,
            Authority authority,
            Languages languages,
            ReportMail reports,
            OutgoingMail outgoing) {
        return new ReportHandler(
                Delivery.DELIVERED_REPORT,
                Envelope.Recipient::wantsSuccess,
                (_, _) -> new Fate.Delivered(),
                database,
                authority,
                languages,
                reports,
                outgoing);
    }

    /// Says that the recipient could not be told.
    public static ReportHandler failed(
            MailDatabase database,
            Authority authority,
            Languages languages,
            ReportMail reports,
            OutgoingMail outgoing) {
        return new ReportHandler(
                Delivery.FAILED_REPORT,
                Envelope.Recipient::wantsFailure,
                (notice, _) -> notice.fate(),
                database,
                authority,
                languages,
                reports,
                outgoing);
    }

    /// Says that the recipient could not be told yet.
    public static ReportHandler delayed(
            MailDatabase database,
            Authority authority,
            Languages languages,
            ReportMail reports,
            OutgoingMail outgoing) {
        return new ReportHandler(
                Delivery.DELAYED_REPORT,
                Envelope.Recipient::wantsDelay,
                (notice, envelope) ->
                        new Fate.Delayed(
                                notice.reply(),
                                envelope.acceptedAt().plus(RetryPolicy.NOTICE.life())),
                database,
                authority,
                languages,
                reports,
                outgoing);
    }

    /// How the notice waits or was given up.
    private FailedNotice notice(Job job, RecordKey operations) throws OpeningFailedException {
        Optional<JobOutcome> outcome =
                database.jobs()
                        .outcome(
                                job.tenant(),
                                Delivery.NOTICE,
                                job.subject(),
                                job.mailbox().orElseThrow());
        Optional<String> said = Optional.empty();
        if (outcome.flatMap(JobOutcome::reply).isPresent()) {
            said =
                    Optional.of(
                            RelayReplies.open(
                                    operations,
                                    job.tenant(),
                                    outcome.get().job(),
                                    outcome.get().reply().get()));
        }
        return new FailedNotice(outcome.map(JobOutcome::reason).orElse(""), said);
    }

    @Override
    public String kind() {
        return kind;
    }

    @Override
    public RetryPolicy retries() {
        return RetryPolicy.NOTICE;
    }

    @Override
    public Outcome handle(Job job) {
        MailboxId mailbox = job.mailbox().orElseThrow();
        try {
            Optional<SealedRecord> sealed =
                    database.messages()
                            .findSlot(job.tenant(), new MessageId(job.subject()), mailbox)
                            .flatMap(StoredSlot::sealedEnvelope);
            if (sealed.isEmpty()) {
                return new Outcome.Discard("message-gone");
            }
            RecordKey operations = authority.lend(job.tenant()).operations();
            Envelope envelope =
                    new OperationsRecords(operations)
                            .openEnvelope(
                                    job.tenant().value(),
                                    job.subject(),
                                    mailbox.value(),
                                    sealed.get());
            return tell(job, envelope, operations);
        } catch (DamagedRowException | OpeningFailedException e) {
            return new Outcome.Discard("names-do-not-open");
        }
    }

    private Outcome tell(Job job, Envelope envelope, RecordKey operations)
            throws OpeningFailedException {
        Optional<EmailAddress> reversePath = envelope.reversePath();
        List<Envelope.Recipient> recipients = envelope.recipients().stream().filter(asked).toList();
        if (reversePath.isEmpty() || recipients.isEmpty()) {
            return new Outcome.Done(); // nobody asked
        }
        Report report =
                new Report(
                        job.tenant(),
                        job.id(),
                        reversePath.get(),
                        envelope.envelopeId(),
                        envelope.acceptedAt(),
                        recipients,
                        fate.apply(notice(job, operations), envelope),
                        languages.of(job.tenant(), reversePath.get()));
        return outgoing.hand(reports.compose(report).requiringTls(envelope.requireTls())).outcome();
    }
}
