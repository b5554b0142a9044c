package org.postern.portal.reading;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.db.MessageId;
import org.postern.keys.MessageLockedException;
import org.postern.keys.NotSignedInException;
import org.postern.mail.mime.MailboxName;
import org.postern.mail.reading.Attachment;
import org.postern.mail.reading.Folders;
import org.postern.mail.reading.MessageRow;
import org.postern.mail.reading.OpenedMessage;
import org.postern.mail.reading.Reading;
import org.postern.mail.reading.Timelines;
import org.postern.mail.reply.Replies;
import org.postern.portal.frame.Problem;
import org.postern.portal.frame.ProblemException;
import org.postern.portal.session.SignedIn;
import org.postern.portal.settings.PortalProperties;
import org.springframework.ui.Model;

/// Makes the page of a message: the message itself, the rest of its thread, and the form for an
/// answer.
public final class MessagePages {

    private final Reading reading;
    private final Folders folders;
    private final Replies replies;
    private final Timelines timelines;
    private final PortalProperties properties;

    MessagePages(
            Reading reading,
            Folders folders,
            Replies replies,
            Timelines timelines,
            PortalProperties properties) {
        this.timelines = timelines;
        this.properties = properties;
        this.reading = reading;
        this.folders = folders;
        this.replies = replies;
    }

    /// Fills the model and names the view.
    ///
    /// @param asText whether the reader wants the plain text of a message that has both
    /// @throws ProblemException if this reader has no such message
    public String show(SignedIn signedIn, MessageId id, boolean asText, ReplyBox box, Model model)
            throws NotSignedInException,
                    MessageLockedException,
                    OpeningFailedException,
                    IOException {
        try (OpenedMessage message = open(signedIn, id)) {
            Optional<String> html = message.html();
            Optional<MailHtml.Clean> clean = html.flatMap(text -> clean(message, text));
            boolean framed = clean.isPresent() && !asText;
            List<FileRow> files = files(message, clean, framed);
            List<MessageRow> thread = folders.thread(signedIn.reader(), message.thread());
            Optional<MessageRow> row = row(thread, id);
            model.addAttribute(
                    "section", row.filter(MessageRow::sent).isPresent() ? "sent" : "inbox");
            model.addAttribute("message", id.value());
            model.addAttribute("subject", message.subject());
            model.addAttribute("from", shown(message.from()));
            model.addAttribute("fromAddress", message.from().address());
            model.addAttribute("to", to(message, row));
            model.addAttribute("cc", shown(message.cc()));
            model.addAttribute("acceptedAt", message.acceptedAt());
            model.addAttribute("expiresAt", message.expiresAt());
            model.addAttribute("readOnce", message.readOnce());
            model.addAttribute("noForward", message.noForward());
            model.addAttribute(
                    "lock", row.filter(MessageRow::sent).map(MessagePages::lock).orElse(""));
            model.addAttribute("framed", framed);
            model.addAttribute("canFrame", clean.isPresent());
            model.addAttribute("unsafe", html.isPresent() && clean.isEmpty());
            model.addAttribute(
                    "blockedPictures",
                    framed ? clean.map(MailHtml.Clean::blockedPictures).orElse(0) : 0);
            model.addAttribute(
                    "pieces", framed ? List.of() : MailText.pieces(message.text().orElse("")));
            model.addAttribute("hasText", message.text().isPresent());
            model.addAttribute("files", files);
            model.addAttribute("complete", message.complete());
            model.addAttribute("originalSize", FileRow.size(message.originalBytes()));
            model.addAttribute("thread", thread);
            model.addAttribute("place", row.map(thread::indexOf).orElse(thread.size()));
            model.addAttribute(
                    "recipients",
                    String.join(
                            ", ", shown(replies.draft(signedIn.reader(), message).recipients())));
            model.addAttribute("maxFileBytes", properties.maxFile().toBytes());
            model.addAttribute("maxReplyBytes", properties.maxReply().toBytes());
            model.addAttribute("maxFile", FileRow.binarySize(properties.maxFile()));
            model.addAttribute("maxReply", FileRow.binarySize(properties.maxReply()));
            model.addAttribute("box", box);
            model.addAttribute("timelines", timelines(signedIn, row));
            return "portal/message";
        }
    }

    /// The sanitised HTML for the frame; empty if there is none to show.
    Optional<MailHtml.Clean> html(SignedIn signedIn, MessageId id)
            throws NotSignedInException,
                    MessageLockedException,
                    OpeningFailedException,
                    IOException {
        try (OpenedMessage message = open(signedIn, id)) {
            return message.html().flatMap(text -> clean(message, text));
        }
    }

    /// @throws ProblemException if this reader has no such message
    OpenedMessage open(SignedIn signedIn, MessageId id)
            throws NotSignedInException,
                    MessageLockedException,
                    OpeningFailedException,
                    IOException {
        return reading.open(signedIn.reader(), id)
                .orElseThrow(() -> new ProblemException(Problem.NO_MESSAGE));
    }

    static String inlinePath(MessageId id) {
        return "/m/" + id + "/inline/";
    }

    private static Optional<MailHtml.Clean> clean(OpenedMessage message, String html) {
        return MailHtml.clean(
                html,
                inlinePath(message.id()),
                contentId -> message.inlineImage(contentId).map(Attachment::part));
    }

    /// Attachments, and inline images that the text on show does not show: nothing is hidden.
    private static List<FileRow> files(
            OpenedMessage message, Optional<MailHtml.Clean> clean, boolean framed) {
        Set<Integer> shown =
                framed ? clean.map(MailHtml.Clean::shownParts).orElse(Set.of()) : Set.of();
        List<Attachment> files = new ArrayList<>(message.attachments());
        message.inlineImages().stream()
                .filter(image -> !shown.contains(image.part()))
                .forEach(files::add);
        return files.stream().map(FileRow::of).toList();
    }

    /// The page on which its author changes what its recipients are asked for; empty if nothing.
    private static String lock(MessageRow row) {
        return row.lock()
                .map(kind ->
                        switch (kind) {
                            case PASSWORD -> "password";
                            case PHONE -> "phone";
                        })
                .orElse("");
    }

    private List<TimelineView> timelines(SignedIn signedIn, Optional<MessageRow> row)
            throws NotSignedInException {
        return row.isPresent()
                ? timelines.of(signedIn.reader(), row.get()).stream().map(TimelineView::of).toList()
                : List.of();
    }

    /// The row of the message in its thread, or the one that stands for it.
    private static Optional<MessageRow> row(List<MessageRow> thread, MessageId id) {
        return thread.stream()
                .filter(row -> row.id().equals(id))
                .findFirst()
                .or(() -> thread.stream().filter(row -> row.copies().contains(id)).findFirst());
    }

    /// Whom the message names, and for its author whom its copies name besides: a mail server may
    /// have made several of what he wrote.
    private static List<String> to(OpenedMessage message, Optional<MessageRow> row) {
        List<String> to = new ArrayList<>(shown(message.to()));
        List<String> cc = shown(message.cc());
        row.filter(MessageRow::sent).map(MessageRow::recipients).stream()
                .flatMap(List::stream)
                .filter(name -> !to.contains(name) && !cc.contains(name))
                .forEach(to::add);
        return to;
    }

    private static List<String> shown(List<MailboxName> mailboxes) {
        return mailboxes.stream().map(MessagePages::shown).toList();
    }

    private static String shown(MailboxName mailbox) {
        return mailbox.displayName().filter(name -> !name.isBlank()).orElse(mailbox.address());
    }
}
