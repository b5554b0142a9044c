package org.postern.crypto.sealed;

import java.util.Arrays;

/// Bytes that say nothing to whoever has no key, compared by content and copied on the way in and
/// out.
public abstract sealed class SealedBytes
        permits Mac256,
                ObjectPreamble,
                PublicKey32,
                SealedRecord,
                Signature64,
                Slot,
                SpoolSlot,
                WrappedKey {

    private final byte[] bytes;

    SealedBytes(byte[] bytes) {
        this.bytes = bytes.clone();
    }

    /// A copy, to be stored or sent.
    public final byte[] toBytes() {
        return bytes.clone();
    }

    /// How many bytes there are.
    public final int size() {
        return bytes.length;
    }

    /// For subclasses that read a field; they do not change or keep it.
    final byte[] raw() {
        return bytes;
    }

    static void requireLength(byte[] bytes, int length) throws OpeningFailedException {
        if (bytes.length != length) {
            throw new OpeningFailedException();
        }
    }

    @Override
    public final boolean equals(Object other) {
        return other instanceof SealedBytes that
                && getClass() == that.getClass()
                && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public final int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public final String toString() {
        return getClass().getSimpleName() + "[" + bytes.length + " bytes]";
    }
}
