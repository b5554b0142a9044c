package org.postern.notifications.signin;

import java.time.Clock;
import java.util.Optional;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.db.EmailAddress;
import org.postern.db.store.Job;
import org.postern.db.store.SignInRequest;
import org.postern.db.store.SignInRequestStore;
import org.postern.db.store.TimelineStore;
import org.postern.keys.KeyService;
import org.postern.keys.KeyService.Issued;
import org.postern.notifications.job.JobHandler;
import org.postern.notifications.job.Outcome;
import org.postern.notifications.job.RetryPolicy;
import org.postern.notifications.outgoing.MailComposer;
import org.postern.notifications.outgoing.OutgoingMail;
import org.postern.notifications.outgoing.OutgoingMessage;
import org.postern.notifications.outgoing.Senders;
import org.postern.notifications.words.Languages;

/// Sends the mail with a sign-in link and a code, to the address as stored.
///
/// The challenge is issued here and not at the request, so that its ten minutes start when the mail
/// leaves. For an address without a mailbox the job is done too, and nothing tells the two apart
/// but the mail.
public final class SignInMail implements JobHandler {

    /// The kind of job to promise; its subject is the request.
    public static final String KIND = "sign-in";

    private final SignInRequestStore requests;
    private final KeyService keys;
    private final Languages languages;
    private final Senders senders;
    private final SignInLetter letter;
    private final OutgoingMail outgoing;
    private final TimelineStore timelines;
    private final Clock clock;

    public SignInMail(
            SignInRequestStore requests,
            KeyService keys,
            Languages languages,
            Senders senders,
            MailComposer composer,
            OutgoingMail outgoing,
            TimelineStore timelines,
            Clock clock) {
        this.requests = requests;
        this.keys = keys;
        this.languages = languages;
        this.senders = senders;
        this.letter = new SignInLetter(composer);
        this.outgoing = outgoing;
        this.timelines = timelines;
        this.clock = clock;
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public RetryPolicy retries() {
        return RetryPolicy.SIGN_IN;
    }

    @Override
    public Outcome handle(Job job) {
        Optional<SignInRequest> request = requests.find(job.tenant(), job.subject());
        if (request.isEmpty()) {
            return new Outcome.Done(); // forgotten: nobody waits any more
        }
        Optional<Issued> issued;
        try {
            issued = keys.issue(request.get());
        } catch (OpeningFailedException e) {
            return new Outcome.Discard("request-not-genuine");
        }
        if (issued.isEmpty()) {
            return new Outcome.Done();
        }
        tellAuthors(job, issued.get().address());
        return outgoing.hand(compose(job, issued.get())).outcome();
    }

    /// Whose messages wait in the mailbox. Before the mail is sent: what fails after it would have
    /// it sent once more. A job that runs twice tells it once.
    private void tellAuthors(Job job, EmailAddress address) {
        languages
                .mailbox(job.tenant(), address)
                .ifPresent(mailbox ->
                        timelines.insertCodeAsked(job.tenant(), mailbox, clock.instant()));
    }

    private OutgoingMessage compose(Job job, Issued issued) {
        // The attempt is part of the name: each has its own token, and a mail server that drops
        // what it has seen before would drop the only one that works.
        return letter.compose(
                senders.of(job.tenant()),
                "sign-in." + job.id() + "." + job.attempt(),
                issued,
                languages.of(job.tenant(), issued.address()));
    }
}
