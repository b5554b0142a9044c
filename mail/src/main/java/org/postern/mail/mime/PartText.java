package org.postern.mail.mime;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// The text of a text part, as far as it is shown.
///
/// @param text decoded; without NUL and other control characters that no text needs
/// @param complete false if the part holds more than is shown: the rest is to be downloaded
public record PartText(String text, boolean complete) {

    /// How much of a part is decoded (docs/threat-model.md, "Limits on hostile mail").
    public static final int MOST_BYTES = 2 * 1024 * 1024;

    private static final int META_WITHIN = 1_024;
    private static final int LONGEST_CHARSET = 40;

    /// Undoes transfer encoding and charset. A charset that is missing, unknown or wrong is
    /// guessed; nothing fails.
    ///
    /// @param rawBody the bytes from the part's body offset, as many as its body length; read no
    ///   further than needed, and closed
    public static PartText read(Part part, InputStream rawBody) throws IOException {
        try (InputStream decoded = DecodedPart.stream(part, rawBody)) {
            byte[] bytes = decoded.readNBytes(MOST_BYTES + 1);
            boolean complete = bytes.length <= MOST_BYTES;
            return new PartText(
                    text(part, complete ? bytes : Arrays.copyOf(bytes, MOST_BYTES)), complete);
        }
    }

    private static String text(Part part, byte[] bytes) {
        Optional<Charset> charset = part.charset().flatMap(MailCharset::named);
        if (charset.isEmpty() && part.mediaType().equals("text/html")) {
            charset = metaCharset(bytes);
        }
        String text =
                charset.filter(named -> !named.equals(StandardCharsets.US_ASCII))
                        .map(named -> decode(bytes, named))
                        .or(() -> utf8(bytes))
                        .orElseGet(() -> new String(bytes, MailCharset.WINDOWS_1252));
        return withoutControls(text);
    }

    /// A character that the limit cuts in two is left out.
    private static String decode(byte[] bytes, Charset charset) {
        String text = new String(bytes, charset);
        return bytes.length == MOST_BYTES && text.endsWith("\ufffd")
                ? text.substring(0, text.length() - 1)
                : text;
    }

    private static Optional<String> utf8(byte[] bytes) {
        var chars = CharBuffer.allocate(bytes.length);
        var result =
                StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes), chars, false);
        return result.isError() ? Optional.empty() : Optional.of(chars.flip().toString());
    }

    /// `<meta charset=…>` at the beginning of HTML that its mail says nothing about.
    private static Optional<Charset> metaCharset(byte[] bytes) {
        String head =
                new String(
                                bytes,
                                0,
                                Math.min(bytes.length, META_WITHIN),
                                StandardCharsets.ISO_8859_1)
                        .toLowerCase(Locale.ROOT);
        int from = head.indexOf("charset=");
        if (from < 0 || head.lastIndexOf("<meta", from) < 0) {
            return Optional.empty();
        }
        var name = new StringBuilder();
        for (int i = from + "charset=".length();
                i < head.length() && name.length() < LONGEST_CHARSET;
                i++) {
            char c = head.charAt(i);
            if (Character.isLetterOrDigit(c) || "-_:.".indexOf(c) >= 0) {
                name.append(c);
            } else if (!name.isEmpty() || (c != '"' && c != '\'')) {
                break;
            }
        }
        // a document that could be read this far is not UTF-16, whatever it says (WHATWG HTML,
        // 13.2.3.3)
        return MailCharset.named(name.toString())
                .filter(charset -> !charset.name().startsWith("UTF-16"));
    }

    private static String withoutControls(String text) {
        var clean = new StringBuilder(text.length());
        for (int i = text.startsWith("\ufeff") ? 1 : 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean kept =
                    !Character.isISOControl(c)
                            || c == '\t'
                            || c == '\n'
                            || c == '\r'
                            || c == '\u0085';
            if (kept && !DisplayText.isLoneSurrogate(text, i)) {
                clean.append(c);
            } else if (c == '\f') {
                clean.append('\n');
            } else {
                clean.append('\ufffd');
            }
        }
        return clean.toString();
    }

    @Override
    public String toString() {
        return "PartText[" + text.length() + " characters, complete=" + complete + "]";
    }
}
