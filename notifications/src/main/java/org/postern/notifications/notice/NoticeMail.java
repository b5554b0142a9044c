package org.postern.notifications.notice;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postern.notifications.outgoing.Letter;
import org.postern.notifications.outgoing.MailComposer;
import org.postern.notifications.outgoing.OutgoingMessage;
import org.postern.notifications.outgoing.Page;
import org.postern.notifications.outgoing.Page.Block;
import org.postern.notifications.outgoing.PlainLine;
import org.postern.notifications.outgoing.Sender;
import org.postern.notifications.outgoing.Senders;
import org.postern.notifications.outgoing.Texts;

/// Writes the mails that say that messages wait: who, which organisation, why you, and one thing to
/// do. Thread-safe.
public final class NoticeMail {

    private static final int MOST_AUTHORS = 10;

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
        String author = author(notice, sender);
        String recipient = notice.recipient().text();
        List<Block> blocks = new ArrayList<>();
        blocks.add(
                new Block.Paragraph(
                        author.equals(organisation)
                                ? texts.get("notice.why-organisation", organisation, recipient)
                                : texts.get("notice.why", author, recipient, organisation)));
        subject(notice, texts).ifPresent(blocks::add);
        blocks.addAll(way(notice.way(), sender, texts));
        return composed(
                sender,
                notice,
                "notice.",
                texts.get("notice.subject", author),
                new Page(texts, texts.get("notice.heading", author), blocks, sender.footer(texts)));
    }

    /// The mail to hand over. The same reminder gives the same Message-ID.
    public OutgoingMessage compose(Reminder reminder) {
        Notice notice = reminder.notice();
        Sender sender = senders.of(notice.tenant());
        Texts texts = Texts.in(notice.language());
        String author = author(notice, sender);
        List<String> waits = new ArrayList<>();
        waits.add(texts.get("reminder.waits", reminder.days()));
        reminder.until()
                .ifPresent(until -> waits.add(texts.get("reminder.until", texts.day(until))));
        if (reminder.last()) {
            waits.add(texts.get("reminder.last"));
        }
        List<Block> blocks = new ArrayList<>();
        blocks.add(
                new Block.Paragraph(
                        texts.get(
                                "reminder.why",
                                notice.recipient().text(),
                                sender.organisation(),
                                texts.day(reminder.sentAt()))));
        subject(notice, texts).ifPresent(blocks::add);
        blocks.add(new Block.Paragraph(String.join(" ", waits)));
        blocks.addAll(way(notice.way(), sender, texts));
        return composed(
                sender,
                notice,
                "reminder.",
                texts.get("reminder.subject", author),
                new Page(
                        texts,
                        texts.get("reminder.heading", author),
                        blocks,
                        sender.footer(texts)));
    }

    /// The mail to hand over. The same digest gives the same Message-ID.
    public OutgoingMessage compose(Digest digest) {
        Sender sender = senders.of(digest.tenant());
        Texts texts = Texts.in(digest.language());
        String organisation = sender.organisation();
        List<String> authors =
                digest.authors().stream()
                        .map(PlainLine::name)
                        .map(name -> name.isEmpty() ? organisation : name)
                        .distinct()
                        .toList();
        List<String> lines = new ArrayList<>(authors.stream().limit(MOST_AUTHORS).toList());
        if (authors.size() > MOST_AUTHORS) {
            lines.add(texts.get("digest.more", authors.size() - MOST_AUTHORS));
        }
        String what = texts.get("digest.subject", digest.messages());
        List<Block> blocks = new ArrayList<>();
        blocks.add(
                new Block.Paragraph(
                        texts.get("digest.why", digest.recipient().text(), organisation)));
        blocks.add(new Block.Lines(texts.get("digest.from"), lines));
        if (digest.way().zeroLink()) {
            blocks.add(new Block.Paragraph(texts.get("digest.type", sender.place(""))));
        } else {
            blocks.addAll(link("digest.button", digest.way(), sender, texts));
        }
        blocks.add(unexpected(digest.way(), sender, texts));
        return composer.compose(
                        sender,
                        new Letter(
                                "digest." + digest.job(),
                                organisation,
                                digest.recipient(),
                                what,
                                new Page(texts, what, blocks, sender.footer(texts))))
                .returningTo(digest.returnPath());
    }

    private OutgoingMessage composed(
            Sender sender, Notice notice, String kind, String subject, Page page) {
        String author = author(notice, sender);
        String organisation = sender.organisation();
        return composer.compose(
                        sender,
                        new Letter(
                                kind + notice.job(),
                                author.equals(organisation)
                                        ? organisation
                                        : page.texts().get("author.via", author, organisation),
                                notice.recipient(),
                                subject,
                                page))
                .returningTo(notice.returnPath());
    }

    /// Who sent it, by name; the organisation if it has none.
    private static String author(Notice notice, Sender sender) {
        String named = PlainLine.name(notice.author());
        return named.isEmpty() ? sender.organisation() : named;
    }

    private static Optional<Block> subject(Notice notice, Texts texts) {
        return notice.subject()
                .map(PlainLine::of)
                .filter(subject -> !subject.isEmpty())
                .map(subject -> new Block.Paragraph(texts.get("notice.about", subject)));
    }

    private static List<Block> way(Way way, Sender sender, Texts texts) {
        List<Block> blocks = new ArrayList<>();
        if (way.zeroLink()) {
            blocks.add(
                    new Block.Code(texts.get("notice.type", sender.place("/read")), way.grouped()));
            blocks.add(new Block.Paragraph(texts.get("notice.type-then")));
        } else {
            blocks.addAll(link("notice.button", way, sender, texts));
        }
        blocks.add(unexpected(way, sender, texts));
        return blocks;
    }

    private static List<Block> link(String button, Way way, Sender sender, Texts texts) {
        return List.of(
                new Block.Button(texts.get(button), sender.link(way.path())),
                new Block.Paragraph(texts.get("notice.how", sender.place(""))));
    }

    private static Block unexpected(Way way, Sender sender, Texts texts) {
        return new Block.Note(
                texts.get("notice.unexpected"),
                texts.get("notice.unexpected-answer", sender.place("/genuine"), way.grouped()));
    }
}
