package org.postern.crypto;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Keeps a code or a message password as a slow hash: Argon2id in the PHC string format.
public final class CodeHash {

    private static final int SALT_BYTES = 16;
    private static final Pattern PHC =
            Pattern.compile(
                    "\\$argon2id\\$v=19\\$m=([1-9][0-9]{0,6}),t=([1-9][0-9]?),p=([1-9][0-9]?)"
                            + "\\$([A-Za-z0-9+/]{22})\\$([A-Za-z0-9+/]{43})");

    private CodeHash() {}

    public static String hash(char[] code, SecureRandom random) {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        Argon2Cost cost = Argon2Cost.CODE;
        Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
        return "$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s"
                .formatted(
                        cost.memoryKibibytes(),
                        cost.passes(),
                        cost.lanes(),
                        base64.encodeToString(salt),
                        base64.encodeToString(Argon2.id(code, salt, cost)));
    }

    /// Also false for a stored value that is no such hash.
    public static boolean matches(String stored, char[] code) {
        Matcher phc = PHC.matcher(stored);
        if (!phc.matches()) {
            return false;
        }
        try {
            Argon2Cost cost =
                    new Argon2Cost(
                            number(phc.group(1)), number(phc.group(2)), number(phc.group(3)));
            byte[] salt = Base64.getDecoder().decode(phc.group(4));
            byte[] expected = Base64.getDecoder().decode(phc.group(5));
            return MessageDigest.isEqual(expected, Argon2.id(code, salt, cost));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static int number(String digits) {
        return Integer.parseInt(digits);
    }
}
