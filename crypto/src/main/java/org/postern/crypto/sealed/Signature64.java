package org.postern.crypto.sealed;

/// An Ed25519 signature (RFC 8032, section 5.1.6).
public final class Signature64 extends SealedBytes {

    private static final int BYTES = 64;

    Signature64(byte[] bytes) {
        super(bytes);
    }

    public static Signature64 of(byte[] bytes) throws OpeningFailedException {
        requireLength(bytes, BYTES);
        return new Signature64(bytes);
    }
}
