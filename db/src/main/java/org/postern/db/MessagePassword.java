package org.postern.db;

import java.security.SecureRandom;
import java.text.Normalizer;
import java.util.Optional;
import org.postern.crypto.CodeHash;

/// What a recipient must know to open a message, besides reading the mail sent to his address: kept
/// as a slow hash from the door on. It keeps a message shut, and encrypts nothing.
///
/// @param hash Argon2id in the PHC string format (RFC 9106)
/// @param hint by which recipients remember it; anybody with the mailbox reads it
public record MessagePassword(String hash, Optional<String> hint) {

    /// The shortest that is taken: with five tries, nobody gets through six characters.
    public static final int LEAST_CHARACTERS = 6;

    public static final int MOST_CHARACTERS = 128;

    public static final int MOST_HINT_CHARACTERS = 200;

    /// Of what somebody typed. Slow on purpose.
    ///
    /// @throws IllegalArgumentException unless [#isUsable]
    public static MessagePassword of(String typed, Optional<String> hint, SecureRandom random) {
        if (!isUsable(typed, hint)) {
            throw new IllegalArgumentException("no usable message password");
        }
        return new MessagePassword(
                CodeHash.hash(normalized(typed).toCharArray(), random),
                hint.map(String::strip).filter(text -> !text.isEmpty()));
    }

    /// Whether it is long enough and not too long, and its hint does not give it away.
    public static boolean isUsable(String typed, Optional<String> hint) {
        String password = normalized(typed);
        int characters = password.codePointCount(0, password.length());
        return characters >= LEAST_CHARACTERS
                && characters <= MOST_CHARACTERS
                && hint.map(MessagePassword::normalized)
                        .filter(text ->
                                text.length() > MOST_HINT_CHARACTERS || text.contains(password))
                        .isEmpty();
    }

    /// Whether somebody typed what the hash was made of. Slow on purpose.
    public static boolean matches(String hash, String typed) {
        return CodeHash.matches(hash, normalized(typed).toCharArray());
    }

    /// Keyboards differ in how they compose a letter, and a copied text brings spaces along.
    private static String normalized(String typed) {
        return Normalizer.normalize(typed, Normalizer.Form.NFC).strip();
    }

    @Override
    public String toString() {
        return "MessagePassword[redacted]";
    }
}
