package org.postern.crypto;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// HKDF with SHA-512 (RFC 5869).
///
/// The JDK's own KDF refuses to expand from a 32-byte pseudorandom key, as C2SP chunked-encryption
/// does, since RFC 5869 asks for HashLen bytes there; HMAC itself does not care.
final class Hkdf {

    private static final String HMAC = "HmacSHA512";
    private static final int HASH_BYTES = 64;
    static final int LONGEST_BYTES = 255 * HASH_BYTES;

    private Hkdf() {}

    static byte[] derive(byte[] inputKey, byte[] salt, byte[] info, int length) {
        byte[] pseudorandomKey = extract(salt, inputKey);
        byte[] output = expand(pseudorandomKey, info, length);
        Arrays.fill(pseudorandomKey, (byte) 0);
        return output;
    }

    /// RFC 5869, section 2.2; without a salt, HashLen zeros stand in for it.
    static byte[] extract(byte[] salt, byte[] inputKey) {
        return hmac(salt.length == 0 ? new byte[HASH_BYTES] : salt).doFinal(inputKey);
    }

    /// RFC 5869, section 2.3.
    static byte[] expand(byte[] pseudorandomKey, byte[] info, int length) {
        if (length > LONGEST_BYTES) {
            throw new IllegalArgumentException("HKDF gives at most 255 blocks");
        }
        Mac hmac = hmac(pseudorandomKey);
        byte[] output = new byte[length];
        byte[] block = {};
        int filled = 0;
        for (int counter = 1; filled < length; counter++) {
            hmac.update(block);
            hmac.update(info);
            hmac.update((byte) counter);
            block = hmac.doFinal();
            int taken = Math.min(block.length, length - filled);
            System.arraycopy(block, 0, output, filled, taken);
            filled += taken;
        }
        Arrays.fill(block, (byte) 0);
        return output;
    }

    private static Mac hmac(byte[] key) {
        try {
            Mac mac = Mac.getInstance(HMAC, "SunJCE");
            mac.init(new SecretKeySpec(key, HMAC));
            return mac;
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("this Java lacks HMAC-SHA-512", impossible);
        }
    }
}
