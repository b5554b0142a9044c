package org.postern.crypto.sealed;

/// An Ed25519 public key (RFC 8032, section 5.1.5), by which seals and signatures are checked.
public final class PublicKey32 extends SealedBytes {

    private static final int BYTES = 32;

    private PublicKey32(byte[] bytes) {
        super(bytes);
    }

    public static PublicKey32 of(byte[] bytes) throws OpeningFailedException {
        requireLength(bytes, BYTES);
        return new PublicKey32(bytes);
    }
}
