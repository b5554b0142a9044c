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
        String words =
                switch (spent.lock()) {
                    case PASSWORD -> "password-spent.";
                    case PHONE -> "pin-spent.";
                };
        Page page =
                new Page(
                        texts,
                        texts.get(words + "heading", recipient),
                        List.of(
                                new Block.Paragraph(texts.get(words + "what", recipient)),
                                new Block.Button(
                                        texts.get(words + "button"), sender.link(spent.path())),
                                new Block.Paragraph(texts.get(words + "how", recipient)),
                                new Block.Note(
                                        texts.get(words + "unexpected"),
                                        texts.get(words + "unexpected-answer", recipient))),
                        sender.footer(texts));
        return composer.compose(
                sender,
                new Letter(
                        "password." + spent.job(),
                        sender.organisation(),
                        spent.author(),
                        texts.get(words + "subject"),
                        page));
    }
}
