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

/// Writes to an author whose message somebody could not unlock: who, and what to do. Thread-safe.
public final class SpentPasswordMail {

    private final Senders senders;
    private final MailComposer composer;

    public SpentPasswordMail(Senders senders, MailComposer composer) {
        this.senders = senders;
        this.composer = composer;
    }

    /// The mail to hand over. The same job gives the same Message-ID.
    public OutgoingMessage compose(SpentPassword spent) {
        Sender sender = senders.of(spent.tenant());
        Texts texts = Texts.in(spent.language());
        String recipient = spent.recipient().text();
        Page page =
                new Page(
                        texts,
                        texts.get("password-spent.heading", recipient),
                        List.of(
                                new Block.Paragraph(texts.get("password-spent.what", recipient)),
                                new Block.Button(
                                        texts.get("password-spent.button"),
                                        sender.link(spent.path())),
                                new Block.Paragraph(texts.get("password-spent.how", recipient)),
                                new Block.Note(
                                        texts.get("password-spent.unexpected"),
                                        texts.get("password-spent.unexpected-answer", recipient))),
                        sender.footer(texts));
        return composer.compose(
                sender,
                new Letter(
                        "password." + spent.job(),
                        sender.organisation(),
                        spent.author(),
                        texts.get("password-spent.subject"),
                        page));
    }
}
