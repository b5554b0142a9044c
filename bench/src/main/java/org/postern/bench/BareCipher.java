package org.postern.bench;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// The JDK's AES-256-GCM in pieces of a chunk, with a nonce that counts: what no format could be
/// faster than.
final class BareCipher {

    private static final int CHUNK = 16 * 1024;

    private final SecretKeySpec key;
    private final byte[] out = new byte[CHUNK + 16];
    private long nonce;

    BareCipher(SecureRandom random) {
        byte[] secret = new byte[32];
        random.nextBytes(secret);
        this.key = new SecretKeySpec(secret, "AES");
    }

    long seal(byte[] content) {
        long sum = 0;
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding", "SunJCE");
            for (int from = 0; from < content.length; from += CHUNK) {
                byte[] iv = ByteBuffer.allocate(12).putInt(0).putLong(nonce++).array();
                cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(128, iv));
                int length = Math.min(CHUNK, content.length - from);
                sum += cipher.doFinal(content, from, length, out, 0);
            }
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
        return sum;
    }
}
