package org.postern.mail.reply;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.mail.internet.MimeUtility;
import java.io.UnsupportedEncodingException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.postern.db.EmailAddress;
import org.postern.mail.mime.MailboxName;

/// The header section of a reply (RFC 5322, section 3.6).
///
/// @param messageId without angle brackets
/// @param inReplyTo the answered message's id, with angle brackets if it has them
record ReplyHeader(
        EmailAddress writer,
        ReplyDraft draft,
        String messageId,
        Optional<String> inReplyTo,
        List<String> references,
        Instant now) {

    /// As many ancestors as keep the field short; RFC 5322, section 3.6.4 lets a References field
    /// be trimmed.
    private static final int MOST_REFERENCES = 20;

    byte[] encode(String boundary) {
        StringBuilder header = new StringBuilder();
        field(header, "From", writer.text());
        field(
                header,
                "To",
                draft.recipients().stream()
                        .map(ReplyHeader::mailbox)
                        .collect(Collectors.joining(",\r\n ")));
        field(header, "Subject", encoded(draft.subject(), 9));
        field(
                header,
                "Date",
                DateTimeFormatter.RFC_1123_DATE_TIME.format(now.atOffset(ZoneOffset.UTC)));
        field(header, "Message-ID", "<" + messageId + ">");
        inReplyTo.ifPresent(id -> field(header, "In-Reply-To", bracketed(id)));
        List<String> nearest =
                references.subList(
                        Math.max(0, references.size() - MOST_REFERENCES), references.size());
        if (!nearest.isEmpty()) {
            field(
                    header,
                    "References",
                    nearest.stream()
                            .map(ReplyHeader::bracketed)
                            .collect(Collectors.joining("\r\n ")));
        }
        field(header, "MIME-Version", "1.0");
        field(header, "Content-Type", "multipart/mixed; boundary=\"" + boundary + "\"");
        return header.append("\r\n").toString().getBytes(UTF_8);
    }

    private static void field(StringBuilder header, String name, String body) {
        header.append(name).append(": ").append(body).append("\r\n");
    }

    private static String bracketed(String id) {
        String clean = oneLine(id);
        return clean.startsWith("<") ? clean : "<" + clean + ">";
    }

    private static String mailbox(MailboxName mailbox) {
        return mailbox.displayName()
                .map(name -> encodedPhrase(name) + " <" + mailbox.address() + ">")
                .orElse(mailbox.address());
    }

    /// A display name: a quoted-string where it is plain, encoded words where it is not.
    private static String encodedPhrase(String name) {
        String clean = oneLine(name);
        if (US_ASCII.newEncoder().canEncode(clean)) {
            return '"' + clean.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
        }
        return encoded(clean, 0);
    }

    private static String encoded(String text, int used) {
        try {
            return MimeUtility.fold(used, MimeUtility.encodeText(oneLine(text), "UTF-8", "B"));
        } catch (UnsupportedEncodingException e) {
            throw new IllegalStateException("every Java knows UTF-8", e);
        }
    }

    /// No value from outside may begin a new field.
    private static String oneLine(String text) {
        return text.replaceAll("\\p{Cntrl}+", " ").strip();
    }

    static String parameters(String fileName) {
        // RFC 2231, section 4: the name in UTF-8, percent-encoded, for whoever needs more than
        // ASCII.
        StringBuilder encoded = new StringBuilder();
        for (byte b : oneLine(fileName).getBytes(UTF_8)) {
            char c = (char) (b & 0xFF);
            if (c < 0x80 && (Character.isLetterOrDigit(c) || c == '.' || c == '-' || c == '_')) {
                encoded.append(c);
            } else {
                encoded.append(String.format(Locale.ROOT, "%%%02X", (int) c));
            }
        }
        return "filename*=UTF-8''" + encoded;
    }
}
