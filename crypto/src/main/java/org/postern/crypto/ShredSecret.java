package org.postern.crypto;

import java.security.SecureRandom;

/// The bytes without which one slot never opens again; deleting them is what shreds
/// (docs/format.md, section 4.3).
public final class ShredSecret extends Secret {

    private ShredSecret(byte[] secret) {
        super(secret);
    }

    public static ShredSecret generate(SecureRandom random) {
        return new ShredSecret(random(random));
    }

    /// Takes a secret that was wrapped elsewhere.
    public static ShredSecret importSecret(byte[] secret) {
        return new ShredSecret(secret.clone());
    }

    static ShredSecret of(byte[] fresh) {
        return new ShredSecret(fresh);
    }
}
