package org.postern.crypto.sealed;

import java.util.Arrays;

/// All of a sealed object that stands before its first chunk: docs/format.md, section 3.
///
/// `H | seal (64) | slot hash (32) | salt (24) | commitment (32)`. With it and the slot the seal
/// can be checked where the body is not at hand.
public final class ObjectPreamble extends SealedBytes {

    /// What of an object must be read to be sure to have its preamble, unless the object is
    /// shorter.
    public static final int LONGEST_BYTES = ObjectHeader.LONGEST_BYTES + 64 + 32 + 24 + 32;

    private static final int AFTER_HEADER = 64 + 32 + 24 + 32;

    private final ObjectHeader header;
    private final int headerLength;

    private ObjectPreamble(byte[] bytes, int headerLength) throws OpeningFailedException {
        super(bytes);
        this.headerLength = headerLength;
        this.header = ObjectHeader.parse(Arrays.copyOf(bytes, headerLength));
    }

    public static ObjectPreamble of(byte[] bytes) throws OpeningFailedException {
        int headerLength = ObjectHeader.encodedLength(bytes);
        requireLength(bytes, headerLength + AFTER_HEADER);
        return new ObjectPreamble(bytes, headerLength);
    }

    /// Reads the preamble with which an object begins; bytes after it are left alone.
    public static ObjectPreamble atStartOf(byte[] object) throws OpeningFailedException {
        int length = ObjectHeader.encodedLength(object) + AFTER_HEADER;
        if (object.length < length) {
            throw new OpeningFailedException();
        }
        return of(Arrays.copyOf(object, length));
    }

    public ObjectHeader header() {
        return header;
    }

    /// Ed25519 by the instance that made the object (docs/format.md, section 3.2).
    public Signature64 seal() {
        return new Signature64(field(0, 64));
    }

    /// SHA-256 of the slot that was made together with the object.
    public Mac256 slotHash() {
        return new Mac256(field(64, 32));
    }

    public byte[] salt() {
        return field(96, 24);
    }

    public byte[] commitment() {
        return field(120, 32);
    }

    private byte[] field(int offset, int length) {
        int start = headerLength + offset;
        return Arrays.copyOfRange(raw(), start, start + length);
    }
}
