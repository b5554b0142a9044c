package org.postern.intake;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import org.postern.crypto.MacKey;
import org.postern.crypto.ScramVerifier;
import org.postern.crypto.Tokens;

/// Verifiers for user names that nobody has: a name gets the same salt each time it is tried, as
/// one that exists does, so that a stranger learns nothing (RFC 5802, section 9).
final class UnknownUsers {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final MacKey KEY = MacKey.generate(RANDOM);
    private static final String[] SOLVED_BY_NOBODY =
            ScramVerifier.of(Tokens.token(RANDOM), RANDOM).toText().split("[:$]", -1);

    private UnknownUsers() {}

    static ScramVerifier verifier(String user) {
        byte[] mac = KEY.mac(user.getBytes(StandardCharsets.UTF_8)).toBytes();
        String salt =
                java.util.Base64.getEncoder().encodeToString(java.util.Arrays.copyOf(mac, 16));
        return ScramVerifier.parse(
                "SCRAM-SHA-256$"
                        + SOLVED_BY_NOBODY[1]
                        + ":"
                        + salt
                        + "$"
                        + SOLVED_BY_NOBODY[3]
                        + ":"
                        + SOLVED_BY_NOBODY[4]);
    }
}
