package org.postern.mail.content;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.postern.crypto.Content;
import org.postern.db.store.MailRules;
import org.postern.mail.mime.HeaderSection;
import org.postern.mail.mime.MailboxName;
import org.postern.mail.mime.Part;
import org.postern.mail.mime.PartIndex;
import org.postern.mail.mime.PartText;
import org.postern.mail.mime.ReadableBody;

/// Reads from a content what a folder shows of it.
public final class SummaryWriter {

    private static final int MOST_RECIPIENTS = 50;
    private static final int PREVIEW_CHARACTERS = 140;
    private static final int PREVIEW_BYTES = 16 * 1024;
    private static final int SUBJECT_CHARACTERS = 500;

    private SummaryWriter() {}

    /// What was read: the header section for threading, the summary for the slots.
    public record Read(HeaderSection header, Summary summary) {}

    /// Reads header section and first words, and opens no more chunks than they need.
    public static Read read(Content content, PartIndex index, MailRules rules) throws IOException {
        HeaderSection header = ContentHeader.read(content, index);
        ReadableBody body = ReadableBody.choose(index);
        Optional<MailboxName> from = header.from().stream().findFirst();
        return new Read(
                header,
                new Summary(
                        from.map(SummaryWriter::name).orElse(""),
                        from.map(MailboxName::address).orElse(""),
                        Stream.concat(header.to().stream(), header.cc().stream())
                                .limit(MOST_RECIPIENTS)
                                .map(SummaryWriter::name)
                                .toList(),
                        shortened(ContentHeader.subject(header, rules), SUBJECT_CHARACTERS),
                        preview(content, body.texts()),
                        body.attachments().size()));
    }

    private static String name(MailboxName mailbox) {
        return mailbox.displayName().filter(name -> !name.isBlank()).orElse(mailbox.address());
    }

    private static String preview(Content content, List<ReadableBody.Text> texts)
            throws IOException {
        Optional<Part> plain = texts.stream().flatMap(text -> text.plain().stream()).findFirst();
        if (plain.isEmpty()) {
            return "";
        }
        Part part = plain.get();
        try (InputStream raw =
                content.stream(part.bodyOffset(), Math.min(part.bodyLength(), PREVIEW_BYTES))) {
            String words = PartText.read(part, raw).text().replaceAll("\\s+", " ").strip();
            return shortened(words, PREVIEW_CHARACTERS);
        }
    }

    private static String shortened(String text, int characters) {
        if (text.length() <= characters) {
            return text;
        }
        int end = characters - 1;
        // Half a surrogate pair is no character, and cannot be written in UTF-8.
        if (Character.isHighSurrogate(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(0, end).stripTrailing() + "…";
    }
}
