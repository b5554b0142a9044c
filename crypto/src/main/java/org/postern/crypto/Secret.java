package org.postern.crypto;

import java.security.MessageDigest;
import java.security.SecureRandom;

/// Thirty-two secret bytes of some kind: compared in constant time, printed as nothing.
///
/// Who can see key bytes is answered by listing this package, and the callers of [#exportSecret()].
abstract sealed class Secret
        permits DataKey, MacKey, RecordKey, ShredSecret, SigningKey, SpoolKeyPair, WrappingKey {

    static final int BYTES = 32;

    private final byte[] secret;

    /// Keeps `secret` itself: callers within this package hand over a fresh array.
    Secret(byte[] secret) {
        if (secret.length != BYTES) {
            throw new IllegalArgumentException("a key has 32 bytes");
        }
        this.secret = secret;
    }

    /// The bytes themselves, lent for one operation; the borrower neither keeps nor changes them.
    final byte[] secret() {
        return secret;
    }

    /// Gives the key away: for a key provider, or for lending over an authenticated connection.
    public final byte[] exportSecret() {
        return secret.clone();
    }

    static byte[] random(SecureRandom random) {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return bytes;
    }

    @Override
    public final boolean equals(Object other) {
        return other instanceof Secret that
                && getClass() == that.getClass()
                && MessageDigest.isEqual(secret, that.secret)
                && number() == that.number();
    }

    /// Version or id, where the key has one.
    long number() {
        return 0;
    }

    /// The same for all keys of a kind: a hash code of the secret would tell of it.
    @Override
    public final int hashCode() {
        return getClass().hashCode();
    }

    @Override
    public final String toString() {
        return getClass().getSimpleName() + "[redacted]";
    }
}
