package org.postern.crypto.sealed;

import java.util.Arrays;

/// The public half of a spool key pair: all that a door needs to seal (docs/format.md, section
/// 4.2).
public final class SpoolPublicKey {

    /// Of an X-Wing public key: ML-KEM-768 (1184) and X25519 (32).
    public static final int BYTES = 1216;

    private static final int PACKED_COEFFICIENT_BYTES = 1152;
    private static final int MODULUS = 3329;

    private final long id;
    private final byte[] bytes;

    private SpoolPublicKey(long id, byte[] bytes) {
        this.id = id;
        this.bytes = bytes;
    }

    /// A sealer MUST refuse another length and coefficients that are not reduced (FIPS 203, section
    /// 7.2, modulus check).
    public static SpoolPublicKey of(long id, byte[] x) throws OpeningFailedException {
        SealedBytes.requireLength(x, BYTES);
        byte[] copy = x.clone();
        for (int i = 0; i < PACKED_COEFFICIENT_BYTES; i += 3) {
            int low = (copy[i] & 0xff) | (copy[i + 1] & 0x0f) << 8;
            int high = (copy[i + 1] & 0xf0) >> 4 | (copy[i + 2] & 0xff) << 4;
            if (low >= MODULUS || high >= MODULUS) {
                throw new OpeningFailedException();
            }
        }
        return new SpoolPublicKey(id, copy);
    }

    public long id() {
        return id;
    }

    public byte[] toBytes() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SpoolPublicKey that
                && id == that.id
                && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(id) * 31 + Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return "SpoolPublicKey[" + Long.toUnsignedString(id) + "]";
    }
}
