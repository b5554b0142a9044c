package org.postern.intake;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postern.crypto.ScramVerifier;
import org.postern.crypto.Tokens;

/// The server's half of one SCRAM exchange (RFC 5802, section 5), without channel binding, which is
/// not offered.
final class ScramExchange {

    private static final SecureRandom RANDOM = new SecureRandom();

    /// gs2-header, user name and nonce; `y` says that the client could bind the channel and thinks
    /// we cannot, which is so.
    private static final Pattern CLIENT_FIRST =
            Pattern.compile("([ny],(?:a=[^,]*)?,)(n=([^,]+),r=([\\x21-\\x2B\\x2D-\\x7E]{1,200}))");

    private static final Pattern CLIENT_FINAL =
            Pattern.compile("(c=([A-Za-z0-9+/=]+),r=([^,]+)),p=([A-Za-z0-9+/=]+)");

    private final String gs2Header;
    private final String clientFirstBare;
    private final String user;
    private final String nonce;
    private String serverFirst = "";

    private ScramExchange(String gs2Header, String clientFirstBare, String user, String nonce) {
        this.gs2Header = gs2Header;
        this.clientFirstBare = clientFirstBare;
        this.user = user;
        this.nonce = nonce;
    }

    /// Empty for a malformed message, one with an extension and one that insists on binding.
    static Optional<ScramExchange> begin(String clientFirst) {
        Matcher parts = CLIENT_FIRST.matcher(clientFirst);
        if (!parts.matches()) {
            return Optional.empty();
        }
        String user = parts.group(3).replace("=2C", ",").replace("=3D", "=");
        return Optional.of(
                new ScramExchange(
                        parts.group(1),
                        parts.group(2),
                        user,
                        parts.group(4) + Tokens.token(RANDOM)));
    }

    String user() {
        return user;
    }

    String serverFirst(ScramVerifier verifier) {
        serverFirst =
                "r="
                        + nonce
                        + ",s="
                        + Base64.getEncoder().encodeToString(verifier.salt())
                        + ",i="
                        + verifier.iterations();
        return serverFirst;
    }

    /// Empty if the client does not know the password.
    Optional<String> serverFinal(String clientFinal, ScramVerifier verifier) {
        Matcher parts = CLIENT_FINAL.matcher(clientFinal);
        if (!parts.matches()
                || !parts.group(3).equals(nonce)
                || !parts.group(2).equals(base64(gs2Header))) {
            return Optional.empty();
        }
        byte[] proof;
        try {
            proof = Base64.getDecoder().decode(parts.group(4));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        String message = clientFirstBare + "," + serverFirst + "," + parts.group(1);
        return verifier.serverSignature(message, proof)
                .map(signature -> "v=" + Base64.getEncoder().encodeToString(signature));
    }

    private static String base64(String ascii) {
        return Base64.getEncoder()
                .encodeToString(ascii.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
}
