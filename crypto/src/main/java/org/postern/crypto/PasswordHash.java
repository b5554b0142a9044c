package org.postern.crypto;

import java.security.SecureRandom;
import java.text.Normalizer;
import java.util.Optional;

/// Keeps the password that somebody gave a message as a slow hash ([CodeHash]).
public final class PasswordHash {

    /// The shortest that is taken: with five tries, nobody gets through six characters.
    public static final int LEAST_CHARACTERS = 6;

    public static final int MOST_CHARACTERS = 128;

    public static final int MOST_HINT_CHARACTERS = 200;

    private PasswordHash() {}

    /// Whether it is long enough and not too long, and its hint does not give it away.
    public static boolean isUsable(String typed, Optional<String> hint) {
        String password = normalized(typed);
        int characters = password.codePointCount(0, password.length());
        return characters >= LEAST_CHARACTERS
                && characters <= MOST_CHARACTERS
                && hint.map(PasswordHash::normalized)
                        .filter(text ->
                                text.length() > MOST_HINT_CHARACTERS || text.contains(password))
                        .isEmpty();
    }

    public static String hash(String typed, SecureRandom random) {
        return CodeHash.hash(normalized(typed).toCharArray(), random);
    }

    /// Also false for a stored value that is no such hash.
    public static boolean matches(String stored, String typed) {
        return CodeHash.matches(stored, normalized(typed).toCharArray());
    }

    /// Keyboards differ in how they compose a letter, and a copied text brings spaces along.
    private static String normalized(String typed) {
        return Normalizer.normalize(typed, Normalizer.Form.NFC).strip();
    }
}
