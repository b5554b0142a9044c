package org.postern.mail.mime;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

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
    /// section: the name is what stands before the first colon, without the white space and
    /// comments around it, and is `ftext` of RFC 5322, section 3.6.8. (Done here, since mime4j's
    /// `RawFieldParser` leaves text in buffers that live as long as the thread.)
    ///
    /// @param raw the field with its folding, without its last line end
    static Optional<HeaderField> parse(byte[] raw, int offset, int end) {
        var name = new StringBuilder();
        boolean gap = false;
        int position = 0;
        while (position < raw.length && raw[position] != ':') {
            byte b = raw[position];
            if (b == '(') {
                position = afterComment(raw, position);
                continue;
            }
            boolean blank = b >= 0 && b <= ' '; // mime4j trims control characters, too
            if (!blank && (b < 0x21 || b > 0x7e || (gap && !name.isEmpty()))) {
                return Optional.empty();
            }
            if (!blank) {
                name.append((char) b);
            }
            gap = blank;
            position++;
        }
        return position == raw.length
                ? Optional.empty()
                : Optional.of(new HeaderField(name.toString(), offset, end, raw, position + 1));
    }

    /// Comments nest and hold quoted pairs (RFC 5322, section 3.2.2); one that is never closed goes
    /// to the end.
    private static int afterComment(byte[] raw, int open) {
        int depth = 0;
        for (int i = open; i < raw.length; i++) {
            if (raw[i] == '\\') {
                i++;
            } else if (raw[i] == '(') {
                depth++;
            } else if (raw[i] == ')' && --depth == 0) {
                return i + 1;
            }
        }
        return raw.length;
    }

    /// The field name as written.
    public String name() {
        return name;
    }

    /// Whether the field has this name; case does not matter (RFC 5322, section 1.2.2).
    public boolean is(String fieldName) {
        return name.equalsIgnoreCase(fieldName);
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
        return unfold(text(raw, valueStart, raw.length - valueStart)).strip();
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

    /// A value is content: a log line shows the size alone.
    @Override
    public String toString() {
        return "HeaderField[" + raw.length + " bytes]";
    }
}
