package org.postern.notifications.signin;

import java.util.List;
import java.util.Optional;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.db.store.Job;
import org.postern.db.store.SignInRequest;
import org.postern.db.store.SignInRequestStore;
import org.postern.keys.KeyService;
import org.postern.keys.KeyService.Issued;
import org.postern.notifications.job.JobHandler;
import org.postern.notifications.job.Outcome;
import org.postern.notifications.job.RetryPolicy;
import org.postern.notifications.outgoing.Letter;
import org.postern.notifications.outgoing.MailComposer;
import org.postern.notifications.outgoing.OutgoingMail;
import org.postern.notifications.outgoing.OutgoingMessage;
import org.postern.notifications.outgoing.Page;
import org.postern.notifications.outgoing.Page.Block;
import org.postern.notifications.outgoing.Sender;
import org.postern.notifications.outgoing.Senders;
import org.postern.notifications.outgoing.Texts;
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
    private final MailComposer composer;
    private final OutgoingMail outgoing;

    public SignInMail(
            SignInRequestStore requests,
            KeyService keys,
            Languages languages,
            Senders senders,
            MailComposer composer,
            OutgoingMail outgoing) {
        this.requests = requests;
        this.keys = keys;
        this.languages = languages;
        this.senders = senders;
        this.composer = composer;
        this.outgoing = outgoing;
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
        return outgoing.hand(compose(job, issued.get())).outcome();
    }

    private OutgoingMessage compose(Job job, Issued issued) {
        Sender sender = senders.of(job.tenant());
        Texts texts = Texts.in(languages.of(job.tenant(), issued.address()));
        String organisation = sender.organisation();
        Page page =
                new Page(
                        texts,
                        texts.get("sign-in.heading", organisation),
                        List.of(
                                new Block.Paragraph(texts.get("sign-in.why")),
                                new Block.Button(
                                        texts.get("sign-in.button"),
                                        sender.link("/signin/" + issued.token())),
                                new Block.Code(texts.get("sign-in.code"), grouped(issued.code())),
                                new Block.Note(
                                        texts.get("sign-in.unexpected"),
                                        texts.get("sign-in.unexpected-answer"))),
                        sender.footer(texts));
        // The attempt is part of the name: each has its own token, and a mail server that drops
        // what
        // it has seen before would drop the only one that works.
        String name = "sign-in." + job.id() + "." + job.attempt();
        return composer.compose(
                sender,
                new Letter(
                        name,
                        organisation,
                        issued.address(),
                        texts.get("sign-in.subject", organisation),
                        page));
    }

    /// Two groups of four, as people read them.
    private static String grouped(String code) {
        return code.substring(0, 4) + " " + code.substring(4);
    }
}
