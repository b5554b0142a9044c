package org.postern.crypto;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.UUID;
import org.postern.crypto.sealed.OpeningFailedException;

/// Strings of bytes put together field by field; `||` in docs/format.md.
final class Bytes {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /// Begins with a label and the zero byte that ends it, so that no label is the start of
    /// another.
    static Bytes label(String label) {
        return new Bytes().add(label.getBytes(US_ASCII)).add(0);
    }

    Bytes add(byte[] field) {
        out.writeBytes(field);
        return this;
    }

    Bytes add(int octet) {
        out.write(octet);
        return this;
    }

    Bytes addU32(int field) {
        return add(ByteBuffer.allocate(4).putInt(field).array());
    }

    Bytes addU64(long field) {
        return add(ByteBuffer.allocate(8).putLong(field).array());
    }

    Bytes add(UUID id) {
        return addU64(id.getMostSignificantBits()).addU64(id.getLeastSignificantBits());
    }

    byte[] toArray() {
        return out.toByteArray();
    }

    /// Gives bytes that this package made the type that stores know them by.
    static <T> T sealed(Form<T> form, byte[] bytes) {
        try {
            return form.of(bytes);
        } catch (OpeningFailedException impossible) {
            throw new IllegalStateException("made bytes of the wrong form", impossible);
        }
    }

    /// The `of` of a sealed value.
    @FunctionalInterface
    interface Form<T> {
        T of(byte[] bytes) throws OpeningFailedException;
    }
}
