package org.postern.mail.mime;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// The header section of a message or of a part (RFC 5322, section 2.1), read leniently and at a
/// bounded cost.
///
/// Which lines are fields is decided as mime4j decides it; a line that is none is skipped and stays
/// where it is.
public final class HeaderSection {

    /// What a section may hold (docs/threat-model.md, "Limits on hostile mail"): 2,000 addresses in
    /// Cc are about 120 KB.
    public static final int MOST_BYTES = 1 << 20;

    public static final int MOST_FIELDS = 2_000;

    /// So many mailboxes of one kind are read; a page shows far fewer.
    public static final int MOST_MAILBOXES = 2_000;

    private static final int LONGEST_TEXT = 64 * 1024;

    private final List<HeaderField> fields;
    private final int length;

    private HeaderSection(List<HeaderField> fields, int length) {
        this.fields = List.copyOf(fields);
        this.length = length;
    }

    /// Reads up to and with the first empty line, or to the end if there is none.
    public static HeaderSection parse(byte[] content) throws HeaderLimitException {
        return parse(content, MOST_BYTES, MOST_FIELDS);
    }

    static HeaderSection parse(byte[] content, int mostBytes, int mostFields)
            throws HeaderLimitException {
        var fields = new ArrayList<HeaderField>();
        int lines = 0;
        int count = 0;
        int fieldStart = 0;
        int position = 0;
        while (position < content.length) {
            int next = afterLine(content, position);
            boolean empty = textEnd(content, position, next) == position;
            boolean folded = lines > 0 && (content[position] == ' ' || content[position] == '\t');
            if (next > mostBytes) {
                throw new HeaderLimitException("header section over " + mostBytes + " bytes");
            }
            if (lines > 0 && (empty || !folded)) {
                count = counted(count, mostFields);
                add(fields, content, fieldStart, position);
                fieldStart = position;
            }
            if (empty) {
                return new HeaderSection(fields, next);
            }
            lines++;
            position = next;
        }
        if (lines > 0) {
            counted(count, mostFields);
            add(fields, content, fieldStart, position);
        }
        return new HeaderSection(fields, position);
    }

    private static int counted(int count, int mostFields) throws HeaderLimitException {
        if (count == mostFields) {
            throw new HeaderLimitException("more than " + mostFields + " header fields");
        }
        return count + 1;
    }

    private static void add(List<HeaderField> fields, byte[] content, int from, int to) {
        byte[] raw = Arrays.copyOfRange(content, from, textEnd(content, from, to));
        HeaderField.parse(raw, from, to).ifPresent(fields::add);
    }

    private static int afterLine(byte[] content, int from) {
        int position = from;
        while (position < content.length && content[position] != '\n') {
            position++;
        }
        return Math.min(content.length, position + 1);
    }

    private static int textEnd(byte[] content, int from, int to) {
        int end = to;
        if (end > from && content[end - 1] == '\n') {
            end--;
        }
        if (end > from && content[end - 1] == '\r') {
            end--;
        }
        return end;
    }

    /// All fields in the order received.
    public List<HeaderField> fields() {
        return fields;
    }

    /// How many bytes the section takes, its empty line included: where the body begins.
    public int length() {
        return length;
    }

    /// The first field of this name.
    public Optional<HeaderField> first(String name) {
        return fields.stream().filter(field -> field.is(name)).findFirst();
    }

    /// Every field of this name, in order.
    public List<HeaderField> all(String name) {
        return fields.stream().filter(field -> field.is(name)).toList();
    }

    /// The subject that its author meant: encoded words decoded once, NFC, without control
    /// characters, at most 64 KiB.
    public Optional<String> subject() {
        return text("Subject");
    }

    /// The decoded text of an unstructured field (RFC 5322, section 2.2.1).
    public Optional<String> text(String name) {
        return first(name)
                .map(field -> EncodedWords.decode(field.value()))
                .map(decoded -> DisplayText.of(decoded, LONGEST_TEXT).strip());
    }

    public List<MailboxName> from() {
        return mailboxes("From");
    }

    public Optional<MailboxName> sender() {
        return mailboxes("Sender").stream().findFirst();
    }

    public List<MailboxName> replyTo() {
        return mailboxes("Reply-To");
    }

    public List<MailboxName> to() {
        return mailboxes("To");
    }

    public List<MailboxName> cc() {
        return mailboxes("Cc");
    }

    /// The mailboxes that all fields of this name list together, up to [#MOST_MAILBOXES].
    public List<MailboxName> mailboxes(String name) {
        var mailboxes = new ArrayList<MailboxName>();
        for (HeaderField field : all(name)) {
            mailboxes.addAll(MailboxName.parse(field.value(), MOST_MAILBOXES - mailboxes.size()));
        }
        return List.copyOf(mailboxes);
    }

    /// The msg-id with its angle brackets (RFC 5322, section 3.6.4).
    public Optional<String> messageId() {
        return first("Message-ID")
                .flatMap(field -> MessageIds.parse(field.value()).stream().findFirst());
    }

    /// The msg-ids that this message answers, at most 100.
    public List<String> inReplyTo() {
        return first("In-Reply-To").map(field -> MessageIds.parse(field.value())).orElse(List.of());
    }

    /// The msg-ids of the thread so far: the first and the latest ones, at most 100.
    public List<String> references() {
        return first("References").map(field -> MessageIds.parse(field.value())).orElse(List.of());
    }

    /// When the author says to have sent it.
    public Optional<Instant> date() {
        return first("Date").flatMap(field -> DateText.parse(field.value()));
    }

    /// Fields are content: not for logs.
    @Override
    public String toString() {
        return "HeaderSection[" + fields.size() + " fields, " + length + " bytes]";
    }
}
