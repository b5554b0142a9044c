package org.postern.crypto;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/// All that is kept of an SMTP password: enough to check it, too little to use it (SCRAM-SHA-256,
/// RFC 5802 and RFC 7677). Immutable.
///
/// As text: `SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey`, in base64.
public final class ScramVerifier {

    /// RFC 7677, section 4 asks for at least 4,096; our passwords are 256 random bits, which no
    /// number of rounds makes better.
    private static final int ITERATIONS = 4_096;

    private static final int MOST_ITERATIONS = 1_000_000;
    private static final int SALT_BYTES = 16;
    private static final int KEY_BYTES = 32;
    private static final Pattern TEXT =
            Pattern.compile(
                    "SCRAM-SHA-256\\$([1-9][0-9]{3,6}):([A-Za-z0-9+/=]+)"
                            + "\\$([A-Za-z0-9+/=]{44}):([A-Za-z0-9+/=]{44})");

    private final int iterations;
    private final byte[] salt;
    private final byte[] storedKey;
    private final byte[] serverKey;

    private ScramVerifier(int iterations, byte[] salt, byte[] storedKey, byte[] serverKey) {
        this.iterations = iterations;
        this.salt = salt;
        this.storedKey = storedKey;
        this.serverKey = serverKey;
    }

    /// What to keep of a new password.
    public static ScramVerifier of(String password, SecureRandom random) {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        return of(password, salt, ITERATIONS);
    }

    static ScramVerifier of(String password, byte[] salt, int iterations) {
        byte[] salted = salted(password, salt, iterations);
        byte[] clientKey = MacKey.hmac(salted, "Client Key".getBytes(US_ASCII));
        byte[] serverKey = MacKey.hmac(salted, "Server Key".getBytes(US_ASCII));
        return new ScramVerifier(iterations, salt, sha256(clientKey), serverKey);
    }

    /// Reads what [#toText] wrote.
    ///
    /// @throws IllegalArgumentException for anything else
    public static ScramVerifier parse(String text) {
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException("not a SCRAM-SHA-256 verifier");
        }
        int iterations = Integer.parseInt(parts.group(1));
        byte[] storedKey = base64(parts.group(3));
        byte[] serverKey = base64(parts.group(4));
        if (iterations > MOST_ITERATIONS
                || storedKey.length != KEY_BYTES
                || serverKey.length != KEY_BYTES) {
            throw new IllegalArgumentException("not a SCRAM-SHA-256 verifier");
        }
        return new ScramVerifier(iterations, base64(parts.group(2)), storedKey, serverKey);
    }

    /// The form that is stored.
    public String toText() {
        return "SCRAM-SHA-256$"
                + iterations
                + ":"
                + base64(salt)
                + "$"
                + base64(storedKey)
                + ":"
                + base64(serverKey);
    }

    public int iterations() {
        return iterations;
    }

    public byte[] salt() {
        return salt.clone();
    }

    /// Whether this is the password. Takes the same time for every wrong one.
    public boolean matches(String password) {
        byte[] clientKey =
                MacKey.hmac(salted(password, salt, iterations), "Client Key".getBytes(US_ASCII));
        return MessageDigest.isEqual(sha256(clientKey), storedKey);
    }

    /// Checks a client's proof (RFC 5802, section 3); empty if it does not know the password, else
    /// the signature by which the server shows that it knows the verifier.
    public Optional<byte[]> serverSignature(String authMessage, byte[] clientProof) {
        if (clientProof.length != KEY_BYTES) {
            return Optional.empty();
        }
        byte[] message = authMessage.getBytes(UTF_8);
        byte[] clientSignature = MacKey.hmac(storedKey, message);
        byte[] clientKey = new byte[KEY_BYTES];
        for (int i = 0; i < KEY_BYTES; i++) {
            clientKey[i] = (byte) (clientProof[i] ^ clientSignature[i]);
        }
        return MessageDigest.isEqual(sha256(clientKey), storedKey)
                ? Optional.of(MacKey.hmac(serverKey, message))
                : Optional.empty();
    }

    private static byte[] salted(String password, byte[] salt, int iterations) {
        PBEKeySpec spec = new PBEKeySpec(password.toCharArray(), salt, iterations, 256);
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256", "SunJCE")
                    .generateSecret(spec)
                    .getEncoded();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("this Java lacks PBKDF2", impossible);
        } finally {
            spec.clearPassword();
        }
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("this Java lacks SHA-256", impossible);
        }
    }

    private static byte[] base64(String text) {
        return Base64.getDecoder().decode(text);
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    /// A verifier is enough to play the server: not for logs.
    @Override
    public String toString() {
        return "ScramVerifier[redacted]";
    }
}
