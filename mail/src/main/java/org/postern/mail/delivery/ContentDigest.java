package org.postern.mail.delivery;

import static java.util.Objects.checkFromIndexSize;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.postern.mail.mime.HeaderField;
import org.postern.mail.mime.HeaderLimitException;
import org.postern.mail.mime.HeaderSection;

/// Hashes a content while somebody else reads it, by which it is known again: its body, and its
/// header section less what every hop adds.
final class ContentDigest extends InputStream {

    /// What servers write each time they take the same message: ours (RFC 5321, section 4.4; RFC
    /// 8601, section 2.2) and those of whoever had it before.
    private static final List<String> OF_EVERY_HOP = List.of("Received", "Authentication-Results");

    private final InputStream content;
    private final MessageDigest body = sha256();
    private final ByteArrayOutputStream section = new ByteArrayOutputStream();
    private Line line = Line.EMPTY;
    private boolean inBody;

    ContentDigest(InputStream content) {
        this.content = content;
    }

    /// What the line now being read holds so far.
    private enum Line {
        EMPTY,
        CR,
        TEXT
    }

    /// SHA-256 of either part, in hexadecimal digits.
    record Hashes(String header, String body) {}

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        checkFromIndexSize(offset, length, bytes.length);
        int count = content.read(bytes, offset, length);
        if (count > 0) {
            int ofSection = inBody ? 0 : sectionBytes(bytes, offset, count);
            if (section.size() <= HeaderSection.MOST_BYTES) {
                section.write(bytes, offset, ofSection);
            }
            body.update(bytes, offset + ofSection, count - ofSection);
        }
        return count;
    }

    /// How many of these bytes belong to the header section. The empty line that ends it belongs to
    /// it (RFC 5322, section 2.1).
    private int sectionBytes(byte[] bytes, int offset, int count) {
        for (int i = 0; i < count; i++) {
            byte b = bytes[offset + i];
            if (b == '\n') {
                if (line != Line.TEXT) {
                    inBody = true;
                    return i + 1;
                }
                line = Line.EMPTY;
            } else {
                line = b == '\r' && line == Line.EMPTY ? Line.CR : Line.TEXT;
            }
        }
        return count;
    }

    /// The hashes of what was read, once all of it was; none if the header section is beyond its
    /// limits.
    Optional<Hashes> hashes() {
        if (section.size() > HeaderSection.MOST_BYTES) {
            return Optional.empty();
        }
        byte[] bytes = section.toByteArray();
        MessageDigest header = sha256();
        int from = 0;
        try {
            for (HeaderField field : HeaderSection.parse(bytes).fields()) {
                if (OF_EVERY_HOP.stream().anyMatch(field::is)) {
                    header.update(bytes, from, field.offset() - from);
                    from = field.end();
                }
            }
        } catch (HeaderLimitException e) {
            return Optional.empty();
        }
        header.update(bytes, from, bytes.length - from);
        HexFormat hex = HexFormat.of();
        return Optional.of(
                new Hashes(hex.formatHex(header.digest()), hex.formatHex(body.digest())));
    }

    @Override
    public void close() throws IOException {
        content.close();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }
}
