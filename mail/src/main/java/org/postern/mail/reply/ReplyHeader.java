package org.postern.mail.reply;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.mail.internet.MimeUtility;
import java.io.UnsupportedEncodingException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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

    /// No line may be longer than 998 characters (RFC 5322, section 2.1.1), and some things that a
    /// stranger wrote cannot be folded.
    private static final int LONGEST_UNFOLDED = 500;

    private static final int PIECE_CHARACTERS = 60;

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
        inReplyTo
                .filter(ReplyHeader::isShort)
                .ifPresent(id -> field(header, "In-Reply-To", bracketed(id)));
        List<String> whole = references.stream().filter(ReplyHeader::isShort).toList();
        List<String> nearest =
                whole.subList(Math.max(0, whole.size() - MOST_REFERENCES), whole.size());
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

    private static boolean isShort(String id) {
        return id.length() <= LONGEST_UNFOLDED;
    }

    /// No value from outside may begin a new field.
    private static String oneLine(String text) {
        String line = text.replaceAll("\\p{Cntrl}+", " ").strip();
        return line.codePointCount(0, line.length()) <= LONGEST_UNFOLDED
                ? line
                : line.substring(0, line.offsetByCodePoints(0, LONGEST_UNFOLDED));
    }

    /// The name in UTF-8, percent-encoded, for whoever needs more than ASCII (RFC 2231, section 4),
    /// in as many pieces as keep the lines short (section 3).
    static String parameters(String fileName) {
        List<String> pieces = new ArrayList<>();
        StringBuilder piece = new StringBuilder();
        for (byte b : oneLine(fileName).getBytes(UTF_8)) {
            char c = (char) (b & 0xFF);
            if (c < 0x80 && (Character.isLetterOrDigit(c) || c == '.' || c == '-' || c == '_')) {
                piece.append(c);
            } else {
                piece.append(String.format(Locale.ROOT, "%%%02X", (int) c));
            }
            if (piece.length() >= PIECE_CHARACTERS) {
                pieces.add(piece.toString());
                piece.setLength(0);
            }
        }
        if (pieces.isEmpty()) {
            return "filename*=UTF-8''" + piece;
        }
        pieces.add(piece.toString());
        return IntStream.range(0, pieces.size())
                .mapToObj(i ->
                        "filename*%d*=%s%s".formatted(i, i == 0 ? "UTF-8''" : "", pieces.get(i)))
                .collect(Collectors.joining(";\r\n "));
    }
}
