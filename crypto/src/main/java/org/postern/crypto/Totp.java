package org.postern.crypto;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.OptionalLong;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// One-time codes of an authenticator app (RFC 6238): HMAC-SHA-1, six digits, steps of 30 seconds.
/// Apps know nothing else for certain, and nothing of what SHA-1 has lost matters to HMAC.
public final class Totp {

    private static final String HMAC = "HmacSHA1";
    private static final int SECRET_BYTES = 20; // RFC 4226, section 4, R6
    private static final int STEP_SECONDS = 30;
    private static final int DIGITS = 6;
    private static final int MODULUS = 1_000_000;
    private static final String BASE_32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    private Totp() {}

    /// 160 random bits.
    public static byte[] secret(SecureRandom random) {
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(secret);
        return secret;
    }

    /// A secret as apps read it (RFC 4648, section 6), without padding: 160 bits need none.
    public static String base32(byte[] secret) {
        StringBuilder text = new StringBuilder();
        int bits = 0;
        int held = 0;
        for (byte each : secret) {
            bits = (bits << 8) | (each & 0xff);
            held += 8;
            while (held >= 5) {
                held -= 5;
                text.append(BASE_32.charAt((bits >>> held) & 31));
            }
        }
        return text.toString();
    }

    /// What the app shows at this time.
    public static String code(byte[] secret, Instant now) {
        return code(secret, step(now));
    }

    /// The step whose code this is: that of now, the one before or the one after, for clocks that
    /// differ and people who type slowly (RFC 6238, section 5.2). Takes as long whichever it is.
    public static OptionalLong step(byte[] secret, String typed, Instant now) {
        byte[] given = typed.getBytes(US_ASCII);
        OptionalLong found = OptionalLong.empty();
        for (long step = step(now) - 1; step <= step(now) + 1; step++) {
            if (MessageDigest.isEqual(code(secret, step).getBytes(US_ASCII), given)) {
                found = OptionalLong.of(step);
            }
        }
        return found;
    }

    private static long step(Instant now) {
        return Math.floorDiv(now.getEpochSecond(), STEP_SECONDS);
    }

    /// RFC 4226, section 5.3.
    private static String code(byte[] secret, long step) {
        byte[] hash;
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(secret, HMAC));
            hash = mac.doFinal(ByteBuffer.allocate(Long.BYTES).putLong(step).array());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK lacks " + HMAC, e);
        }
        int offset = hash[hash.length - 1] & 0xf;
        int number = (ByteBuffer.wrap(hash).getInt(offset) & 0x7fffffff) % MODULUS;
        String digits = Integer.toString(number);
        return "0".repeat(DIGITS - digits.length()) + digits;
    }
}
