package org.postern.crypto;

import java.util.Arrays;

/// Makes the key of the local keystore file from the operator's passphrase, with Argon2id (RFC
/// 9106).
public final class PassphraseKey {

    /// How long a salt is at least.
    public static final int SALT_BYTES = 16;

    private PassphraseKey() {}

    public static WrappingKey derive(char[] passphrase, byte[] salt, Argon2Cost cost) {
        if (passphrase.length == 0 || salt.length < SALT_BYTES) {
            throw new IllegalArgumentException("a passphrase and 16 bytes of salt are needed");
        }
        byte[] stretched = Argon2.id(passphrase, salt, cost);
        byte[] key = Hkdf.expand(stretched, Bytes.label("postern passphrase").toArray(), 32);
        Arrays.fill(stretched, (byte) 0);
        return WrappingKey.of(key, 1);
    }
}
