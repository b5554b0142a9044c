package org.postern.crypto;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.postern.crypto.sealed.Mac256;

/// Turns an address into what it can be found by: HMAC-SHA-256 (RFC 2104) under the tenant's index
/// key.
public final class MacKey extends Secret {

    private static final String HMAC = "HmacSHA256";

    private MacKey(byte[] secret) {
        super(secret);
    }

    public static MacKey generate(SecureRandom random) {
        return new MacKey(random(random));
    }

    /// Takes a key that was lent or wrapped elsewhere.
    public static MacKey importSecret(byte[] secret) {
        return new MacKey(secret.clone());
    }

    static MacKey of(byte[] fresh) {
        return new MacKey(fresh);
    }

    public Mac256 mac(byte[] bytes) {
        return Bytes.sealed(Mac256::of, hmac(secret(), bytes));
    }

    static byte[] hmac(byte[] key, byte[] bytes) {
        try {
            Mac mac = Mac.getInstance(HMAC, "SunJCE");
            mac.init(new SecretKeySpec(key, HMAC));
            return mac.doFinal(bytes);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("this Java lacks HMAC-SHA-256", impossible);
        }
    }
}
