package org.postern.keys.provider;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.postern.crypto.sealed.OpeningFailedException;

/// What a keeper wrapped, after the name of the key that it did it with: `u8 length | name |
/// wrapped` (docs/format.md, section 4.7).
final class NamedWrap {

    private static final int LONGEST_NAME = 255;

    private final String key;
    private final byte[] wrapped;

    NamedWrap(String key, byte[] wrapped) {
        this.key = key;
        this.wrapped = wrapped;
    }

    static NamedWrap of(byte[] bytes) throws OpeningFailedException {
        int start = 1 + (bytes.length == 0 ? 0 : Byte.toUnsignedInt(bytes[0]));
        if (start == 1 || start > bytes.length) {
            throw new OpeningFailedException();
        }
        return new NamedWrap(
                new String(bytes, 1, start - 1, US_ASCII),
                Arrays.copyOfRange(bytes, start, bytes.length));
    }

    static boolean isName(String key) {
        return !key.isEmpty()
                && key.length() <= LONGEST_NAME
                && key.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }

    String key() {
        return key;
    }

    byte[] wrapped() {
        return wrapped;
    }

    byte[] toBytes() {
        byte[] name = key.getBytes(US_ASCII);
        return ByteBuffer.allocate(1 + name.length + wrapped.length)
                .put((byte) name.length)
                .put(name)
                .put(wrapped)
                .array();
    }
}
