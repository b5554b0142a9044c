package org.postern.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.Locale;
import org.postern.crypto.sealed.Mac256;

/// The secrets in sign-in links and sessions, and all that is kept of them.
public final class Tokens {

    private static final int TOKEN_BYTES = 32;
    private static final int CODE_LENGTH = 8;
    private static final int RECOVERY_CODE_LENGTH = 24;
    private static final int NUMBER_LENGTH = 7;

    /// Douglas Crockford's base 32, without I, L, O and U.
    private static final String CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    private Tokens() {}

    /// 256 random bits as 43 characters that need no escaping in a link.
    public static String token(SecureRandom random) {
        byte[] bytes = new byte[TOKEN_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /// 40 random bits as eight characters that a person can copy.
    public static String code(SecureRandom random) {
        return characters(CODE_LENGTH, random);
    }

    /// 120 random bits as 24 characters that a person can keep on paper. So many that nobody tries
    /// them all, not even with the hash at hand, so [#hash] is enough for it (OWASP ASVS 5.0,
    /// 6.5.2, asks for 112).
    public static String recoveryCode(SecureRandom random) {
        return characters(RECOVERY_CODE_LENGTH, random);
    }

    /// 35 random bits as seven characters that a person can copy: enough to name something, and too
    /// little to keep anything secret.
    public static String number(SecureRandom random) {
        return characters(NUMBER_LENGTH, random);
    }

    /// Whether a text, normalized as a code is, could be a [#number].
    public static boolean isNumber(String normalized) {
        return normalized.length() == NUMBER_LENGTH
                && normalized.chars().allMatch(c -> CROCKFORD.indexOf(c) >= 0);
    }

    private static String characters(int length, SecureRandom random) {
        StringBuilder characters = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            characters.append(CROCKFORD.charAt(random.nextInt(CROCKFORD.length())));
        }
        return characters.toString();
    }

    /// A code as [#code] writes it, from one as people type it: spaces and hyphens are dropped, and
    /// letters that look like digits are those digits.
    public static String normalizedCode(String typed) {
        return typed.replaceAll("[\\s-]", "")
                .toUpperCase(Locale.ROOT)
                .replace('I', '1')
                .replace('L', '1')
                .replace('O', '0');
    }

    /// SHA-256: enough for a token of 256 random bits, and too little for a code of 40, which has
    /// [CodeHash].
    public static Mac256 hash(String token) {
        return Mac256.sha256(token.getBytes(UTF_8));
    }
}
