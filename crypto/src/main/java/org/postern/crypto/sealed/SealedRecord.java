package org.postern.crypto.sealed;

/// A small sealed thing (an address, a summary, an SMTP envelope): docs/format.md, section 4.5.
///
/// `u8 format (1) | nonce (12) | ciphertext and tag`
public final class SealedRecord extends SealedBytes {

    public static final int FORMAT = 1;

    private static final int SHORTEST = 1 + 12 + 16;

    private SealedRecord(byte[] bytes) {
        super(bytes);
    }

    public static SealedRecord of(byte[] bytes) throws OpeningFailedException {
        if (bytes.length < SHORTEST || bytes[0] != FORMAT) {
            throw new OpeningFailedException();
        }
        return new SealedRecord(bytes);
    }
}
