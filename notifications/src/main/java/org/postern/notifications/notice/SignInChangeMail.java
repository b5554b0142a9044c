package org.postern.notifications.notice;

import java.util.List;
import org.postern.notifications.outgoing.Letter;
import org.postern.notifications.outgoing.MailComposer;
import org.postern.notifications.outgoing.OutgoingMessage;
import org.postern.notifications.outgoing.Page;
import org.postern.notifications.outgoing.Page.Block;
import org.postern.notifications.outgoing.Sender;
import org.postern.notifications.outgoing.Senders;
import org.postern.notifications.outgoing.Texts;

/// Writes to the owner of a mailbox what was changed about signing in to it (OWASP ASVS 5.0, 6.3.5
/// and 6.3.7). Thread-safe.
public final class SignInChangeMail {

    private final Senders senders;
    private final MailComposer composer;

    public SignInChangeMail(Senders senders, MailComposer composer) {
        this.senders = senders;
        this.composer = composer;
    }

    /// The mail to hand over. The same job gives the same Message-ID.
    public OutgoingMessage compose(SignInChange change) {
        Sender sender = senders.of(change.tenant());
        Texts texts = Texts.in(change.language());
        String organisation = sender.organisation();
        String what = "sign-in-changed." + change.what().word();
        Page page =
                new Page(
                        texts,
                        texts.get(what + ".heading", organisation),
                        List.of(
                                new Block.Paragraph(texts.get(what + ".what", organisation)),
                                new Block.Button(
                                        texts.get("sign-in-changed.button"),
                                        sender.link("/access")),
                                new Block.Note(
                                        texts.get("sign-in-changed.unexpected"),
                                        texts.get(
                                                "sign-in-changed.unexpected-answer",
                                                organisation))),
                        sender.footer(texts));
        return composer.compose(
                sender,
                new Letter(
                        "sign-in-changed." + change.job(),
                        organisation,
                        change.owner(),
                        texts.get(what + ".heading", organisation),
                        page));
    }
}
