package org.postern.mail.reading;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.postern.crypto.Content;
import org.postern.db.MessageId;
import org.postern.db.ThreadId;
import org.postern.db.store.MailRules;
import org.postern.db.store.StoredMessage;
import org.postern.db.store.StoredSlot;
import org.postern.mail.content.ContentHeader;
import org.postern.mail.mime.DecodedPart;
import org.postern.mail.mime.HeaderSection;
import org.postern.mail.mime.MailboxName;
import org.postern.mail.mime.Part;
import org.postern.mail.mime.PartIndex;
import org.postern.mail.mime.PartText;
import org.postern.mail.mime.ReadableBody;

/// A message its reader has opened. Only the chunks that are asked for are read and opened. For one
/// thread at a time.
public final class OpenedMessage implements Closeable {

    private final StoredMessage message;
    private final StoredSlot slot;
    private final Optional<Instant> expiresAt;
    private final Content content;
    private final PartIndex index;
    private final ReadableBody body;
    private final HeaderSection header;
    private final MailRules rules;

    OpenedMessage(
            StoredMessage message,
            StoredSlot slot,
            Optional<Instant> expiresAt,
            Content content,
            PartIndex index,
            MailRules rules)
            throws IOException {
        this.message = message;
        this.slot = slot;
        this.expiresAt = expiresAt;
        this.content = content;
        this.index = index;
        this.body = ReadableBody.choose(index);
        this.header = ContentHeader.read(content, index);
        this.rules = rules;
    }

    public MessageId id() {
        return message.id();
    }

    public ThreadId thread() {
        return message.thread();
    }

    public Instant acceptedAt() {
        return message.acceptedAt();
    }

    /// Until when this reader can read it; empty if there is no end.
    public Optional<Instant> expiresAt() {
        return expiresAt;
    }

    /// Whether it can be read for [ReadingTerms#READ_ONCE_TIME] after it was first opened.
    public boolean readOnce() {
        return slot.readOnce();
    }

    /// Whether its author asks not to pass it on.
    public boolean noForward() {
        return slot.noForward();
    }

    /// The header section as received.
    public HeaderSection header() {
        return header;
    }

    /// The subject people see: without the trigger.
    public String subject() {
        return ContentHeader.subject(header, rules);
    }

    /// The author as the From field names him: a claim.
    public MailboxName from() {
        return header.from().stream().findFirst().orElse(new MailboxName(Optional.empty(), ""));
    }

    public List<MailboxName> to() {
        return header.to();
    }

    public List<MailboxName> cc() {
        return header.cc();
    }

    /// When its author says it was written.
    public Optional<Instant> date() {
        return header.date();
    }

    /// Whether everything in it could be indexed; if not, the original should be offered.
    public boolean complete() {
        return index.complete();
    }

    /// The texts as HTML if any of them is: hostile until sanitised.
    public Optional<String> html() throws IOException {
        if (!body.hasHtml()) {
            return Optional.empty();
        }
        return Optional.of(
                join(
                        ReadableBody.Text::best,
                        part -> part.mediaType().equals("text/html"),
                        "<hr>"));
    }

    /// The texts as plain text, as far as their author gave them as such.
    public Optional<String> text() throws IOException {
        if (body.texts().stream().allMatch(text -> text.plain().isEmpty())) {
            return Optional.empty();
        }
        return Optional.of(join(text -> text.plain().orElseGet(text::best), _ -> true, "\n\n"));
    }

    /// What is offered for download.
    public List<Attachment> attachments() {
        return body.attachments().stream()
                .map(attachment -> attachment(attachment.part(), attachment.fileName()))
                .toList();
    }

    /// Images that HTML may refer to. One that it does not is to be offered for download.
    public List<Attachment> inlineImages() {
        return body.inlineImages().stream()
                .map(image -> attachment(image, image.fileName().orElse("image")))
                .toList();
    }

    /// An image that HTML refers to as `cid:`.
    public Optional<Attachment> inlineImage(String contentId) {
        return body.inlineImages().stream()
                .filter(part -> part.contentId().filter(contentId::equals).isPresent())
                .findFirst()
                .map(part -> attachment(part, part.fileName().orElse("image")));
    }

    /// The attachment or inline image that is this part.
    public Optional<Attachment> attachment(int part) {
        return Stream.concat(attachments().stream(), inlineImages().stream())
                .filter(attachment -> attachment.part() == part)
                .findFirst();
    }

    /// What an attachment held before it was encoded. Reading it throws an [IOException] if a chunk
    /// does not open.
    public InputStream content(Attachment attachment) {
        Part part = index.part(attachment.part());
        return DecodedPart.stream(part, raw(part));
    }

    /// The message as received.
    public InputStream original() {
        return new WatchedContent(message, content.stream());
    }

    /// The message's size as received.
    public long originalBytes() {
        return content.size();
    }

    @Override
    public void close() throws IOException {
        content.close();
    }

    private String join(
            Function<ReadableBody.Text, Part> form, Function<Part, Boolean> asIs, String between)
            throws IOException {
        List<String> texts = new ArrayList<>();
        for (ReadableBody.Text text : body.texts()) {
            Part part = form.apply(text);
            String read = PartText.read(part, raw(part)).text();
            texts.add(asIs.apply(part) ? read : "<pre>" + escaped(read) + "</pre>");
        }
        return String.join(between, texts);
    }

    private InputStream raw(Part part) {
        return new WatchedContent(message, content.stream(part.bodyOffset(), part.bodyLength()));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private static Attachment attachment(Part part, String name) {
        long bytes =
                switch (part.transferEncoding()) {
                    case BASE64 ->
                            part.bodyLength() / 78 * 57; // 76 characters and CRLF hold 57 octets
                    case QUOTED_PRINTABLE, IDENTITY, OTHER -> part.bodyLength();
                };
        return new Attachment(part.number(), name, part.mediaType(), part.bodyLength(), bytes);
    }
}
