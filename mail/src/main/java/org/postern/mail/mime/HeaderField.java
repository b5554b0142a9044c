package org.postern.mail.mime;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import org.apache.james.mime4j.MimeException;
import org.apache.james.mime4j.stream.RawFieldParser;
import org.apache.james.mime4j.util.ByteArrayBuffer;

/// One header field as it was received (RFC 5322, section 2.2): its bytes, its place in the
/// section, its unfolded value.
public final class HeaderField {

    private final String name;
    private final int offset;
    private final int end;
    private final byte[] raw;
    private final int valueStart;

    private HeaderField(String name, int offset, int end, byte[] raw, int valueStart) {
        this.name = name;
        this.offset = offset;
        this.end = end;
        this.raw = raw;
        this.valueStart = valueStart;
    }

    /// What is no field to mime4j is none to us, so that door, index and reader see the same
    /// section.
    ///
    /// @param raw the field with its folding, without its last line end
    static Optional<HeaderField> parse(byte[] raw, int offset, int end) {
        try {
            var parsed =
                    RawFieldParser.DEFAULT.parseField(new ByteArrayBuffer(raw, raw.length, false));
            String name = parsed.getName();
            return isName(name)
                    ? Optional.of(
                            new HeaderField(name, offset, end, raw, parsed.getDelimiterIdx() + 1))
                    : Optional.empty();
        } catch (MimeException noColon) {
            return Optional.empty();
        }
    }

    /// `ftext` of RFC 5322, section 3.6.8: visible US-ASCII without the colon.
    private static boolean isName(String name) {
        return name.chars().allMatch(c -> c >= 0x21 && c <= 0x7e && c != ':');
    }

    /// The field name as written.
    public String name() {
        return name;
    }

    /// Whether the field has this name; case does not matter (RFC 5322, section 1.2.2).
    public boolean is(String fieldName) {
        return name.equalsIgnoreCase(fieldName);
    }

    String lowerCaseName() {
        return name.toLowerCase(Locale.ROOT);
    }

    /// Where the field begins in the section.
    public int offset() {
        return offset;
    }

    /// Where the next line begins: the field with its last line end is `offset` to `end`.
    public int end() {
        return end;
    }

    /// The bytes as received, folding included, without the last line end.
    public byte[] raw() {
        return raw.clone();
    }

    /// The unfolded value (RFC 5322, section 2.2.3), encoded words left as they are.
    public String value() {
        return value(raw.length);
    }

    /// The beginning of the value, for whoever needs a bound before the work.
    String value(int maxBytes) {
        int length = Math.min(raw.length - valueStart, maxBytes);
        return unfold(text(raw, valueStart, length)).strip();
    }

    /// 8-bit header bytes are UTF-8 (RFC 6532) or, from senders older than that, windows-1252.
    private static String text(byte[] bytes, int from, int length) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, from, length))
                    .toString();
        } catch (CharacterCodingException notUtf8) {
            return new String(bytes, from, length, MailCharset.WINDOWS_1252);
        }
    }

    private static String unfold(String text) {
        if (text.indexOf('\r') < 0 && text.indexOf('\n') < 0) {
            return text;
        }
        var unfolded = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\r' && c != '\n') {
                unfolded.append(c);
            }
        }
        return unfolded.toString();
    }

    /// A value is content: a log line shows the name alone.
    @Override
    public String toString() {
        return "HeaderField[" + raw.length + " bytes]";
    }
}
