package org.postern.crypto;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;

/// Key and base nonce of a body, derived here a second time, since [BodyCipher] lends them to
/// nobody.
final class BodyKeys {

    final byte[] key;
    final byte[] baseNonce;

    private BodyKeys(byte[] output) {
        key = Arrays.copyOf(output, 32);
        baseNonce = Arrays.copyOfRange(output, 32, 44);
    }

    static BodyKeys of(DataKey dataKey, byte[] salt, byte[] context) {
        byte[] info =
                new Bytes()
                        .add("c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM".getBytes(US_ASCII))
                        .add(0)
                        .add(salt)
                        .add(context)
                        .toArray();
        return new BodyKeys(Hkdf.expand(dataKey.secret(), info, 76));
    }
}
