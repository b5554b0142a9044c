package org.postern.crypto;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/// Makes an AES-GCM ciphertext whose tag is right under two keys (Dodis et al., "Fast Message
/// Franking: From Invisible Salamanders to Encryptment", CRYPTO 2018). What the commitment is there
/// to defeat.
final class Salamander {

    private Salamander() {}

    /// `length` bytes, at least one block, and a tag, for chunk 0.
    static byte[] chunk(BodyKeys first, BodyKeys second, int length) {
        byte[] ciphertext = Door.content(length);
        Arrays.fill(ciphertext, 0, 16, (byte) 0);
        // With block 0 zero, tag = base ^ block0 * H^k for each key; both tags are to be equal.
        Field base = tag(first, ciphertext).plus(tag(second, ciphertext));
        int power = (length + 15) / 16 + 1;
        Field factor = hashKey(first).power(power).plus(hashKey(second).power(power));
        byte[] block = base.times(factor.inverse()).toBytes();
        System.arraycopy(block, 0, ciphertext, 0, 16);
        byte[] tag = tag(first, ciphertext).toBytes();
        if (!Arrays.equals(tag, tag(second, ciphertext).toBytes())) {
            throw new IllegalStateException("the algebra is wrong");
        }
        return new Bytes().add(ciphertext).add(tag).toArray();
    }

    /// GHASH over ciphertext and lengths, masked (SP 800-38D, section 7.1), without associated
    /// data.
    private static Field tag(BodyKeys keys, byte[] ciphertext) {
        Field h = hashKey(keys);
        Field y = Field.ZERO;
        for (int from = 0; from < ciphertext.length; from += 16) {
            byte[] block = new byte[16];
            int length = Math.min(16, ciphertext.length - from);
            System.arraycopy(ciphertext, from, block, 0, length);
            y = y.plus(Field.of(block)).times(h);
        }
        byte[] lengths = ByteBuffer.allocate(16).putLong(0).putLong(ciphertext.length * 8L).array();
        y = y.plus(Field.of(lengths)).times(h);
        byte[] counter = Arrays.copyOf(keys.baseNonce, 16);
        counter[15] = 1;
        return y.plus(Field.of(aes(keys.key, counter)));
    }

    private static Field hashKey(BodyKeys keys) {
        return Field.of(aes(keys.key, new byte[16]));
    }

    @SuppressWarnings("InsecureCryptoUsage") // one block, as SP 800-38D calls the bare cipher
    private static byte[] aes(byte[] key, byte[] block) {
        try {
            Cipher cipher = Cipher.getInstance("AES/ECB/NoPadding", "SunJCE");
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"));
            return cipher.doFinal(block);
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError(impossible);
        }
    }

    /// An element of GCM's GF(2^128): bit 0 of SP 800-38D is the coefficient of 1.
    private record Field(BigInteger bits) {

        static final Field ZERO = new Field(BigInteger.ZERO);
        private static final BigInteger POLYNOMIAL =
                BigInteger.ONE.shiftLeft(128).or(BigInteger.valueOf(0x87));

        static Field of(byte[] block) {
            return new Field(new BigInteger(1, reversed(block)));
        }

        byte[] toBytes() {
            byte[] padded = new byte[16];
            byte[] magnitude = bits.toByteArray();
            int taken = Math.min(16, magnitude.length);
            System.arraycopy(magnitude, magnitude.length - taken, padded, 16 - taken, taken);
            return reversed(padded);
        }

        Field plus(Field other) {
            return new Field(bits.xor(other.bits));
        }

        Field times(Field other) {
            BigInteger product = BigInteger.ZERO;
            for (int i = 0; i < 128; i++) {
                if (other.bits.testBit(i)) {
                    product = product.xor(bits.shiftLeft(i));
                }
            }
            for (int i = product.bitLength() - 1; i >= 128; i--) {
                if (product.testBit(i)) {
                    product = product.xor(POLYNOMIAL.shiftLeft(i - 128));
                }
            }
            return new Field(product);
        }

        Field power(int exponent) {
            Field result = new Field(BigInteger.ONE);
            for (int i = 0; i < exponent; i++) {
                result = result.times(this);
            }
            return result;
        }

        /// x^(2^128 - 2), by Fermat.
        Field inverse() {
            Field result = new Field(BigInteger.ONE);
            Field square = this;
            for (int i = 1; i < 128; i++) {
                square = square.times(square);
                result = result.times(square);
            }
            return result;
        }

        /// All 128 bits in the opposite order.
        private static byte[] reversed(byte[] block) {
            byte[] result = new byte[16];
            for (int i = 0; i < 16; i++) {
                result[15 - i] = (byte) (Integer.reverse(block[i]) >>> 24);
            }
            return result;
        }
    }
}
