package org.postern.notifications.notice;

import java.util.List;
import org.postern.notifications.outgoing.Letter;
import org.postern.notifications.outgoing.MailComposer;
import org.postern.notifications.outgoing.OutgoingMessage;
import org.postern.notifications.outgoing.Page;
import org.postern.notifications.outgoing.Page.Block;
import org.postern.notifications.outgoing.PlainLine;
import org.postern.notifications.outgoing.Sender;
import org.postern.notifications.outgoing.Senders;
import org.postern.notifications.outgoing.Texts;

/// Writes the notice: who, which organisation, why you, and one button. Thread-safe.
public final class NoticeMail {

    private final Senders senders;
    private final MailComposer composer;

    public NoticeMail(Senders senders, MailComposer composer) {
        this.senders = senders;
        this.composer = composer;
    }

    /// The mail to hand over. The same notice gives the same Message-ID.
    public OutgoingMessage compose(Notice notice) {
        Sender sender = senders.of(notice.tenant());
        Texts texts = Texts.in(notice.language());
        String organisation = sender.organisation();
        String named = PlainLine.name(notice.author());
        boolean bySomebody = !named.isEmpty() && !named.equals(organisation);
        String author = bySomebody ? named : organisation;
        String recipient = notice.recipient().text();

        Page page =
                new Page(
                        texts,
                        texts.get("notice.heading", author),
                        List.of(
                                new Block.Paragraph(
                                        bySomebody
                                                ? texts.get(
                                                        "notice.why",
                                                        author,
                                                        recipient,
                                                        organisation)
                                                : texts.get(
                                                        "notice.why-organisation",
                                                        organisation,
                                                        recipient)),
                                new Block.Button(
                                        texts.get("notice.button"), sender.link(notice.path())),
                                new Block.Paragraph(
                                        texts.get("notice.how", sender.portal().getHost())),
                                new Block.Note(
                                        texts.get("notice.unexpected"),
                                        texts.get("notice.unexpected-answer"))),
                        sender.footer(texts));
        return composer.compose(
                sender,
                new Letter(
                        "notice." + notice.job(),
                        bySomebody ? texts.get("author.via", author, organisation) : organisation,
                        notice.recipient(),
                        texts.get("notice.subject", author),
                        page));
    }
}
