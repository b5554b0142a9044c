package org.postern.crypto;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/// The private key by which mail of one domain is signed (RFC 6376), RSA or Ed25519 (RFC 8463).
public final class DkimKey {

    /// RFC 8301, section 3.2: 2048 at least for whoever signs. More than 4096 does not fit into
    /// what name servers answer.
    private static final int LEAST_RSA_BITS = 2048;

    private static final int MOST_RSA_BITS = 4096;

    private static final int ED25519_BYTES = 32;

    private final Algorithm algorithm;
    private final PrivateKey privateKey;

    /// With what is signed.
    public enum Algorithm {
        RSA("rsa", "RSA", "SHA256withRSA"),
        ED25519("ed25519", "Ed25519", "Ed25519");

        private final String word;
        private final String key;
        private final String signature;

        Algorithm(String word, String key, String signature) {
            this.word = word;
            this.key = key;
            this.signature = signature;
        }

        /// As `k=` says it.
        public String word() {
            return word;
        }
    }

    private DkimKey(Algorithm algorithm, PrivateKey privateKey) {
        this.algorithm = algorithm;
        this.privateKey = privateKey;
    }

    /// Makes one: of RSA with 2048 bits, which every receiver takes.
    public static DkimKey generate(Algorithm algorithm, SecureRandom random) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm.key);
            if (algorithm == Algorithm.RSA) {
                generator.initialize(LEAST_RSA_BITS, random);
            } else {
                generator.initialize(NamedParameterSpec.ED25519, random);
            }
            KeyPair pair = generator.generateKeyPair();
            return new DkimKey(algorithm, pair.getPrivate());
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("this Java lacks " + algorithm.key, impossible);
        }
    }

    /// Takes a key that was kept elsewhere.
    ///
    /// @param pkcs8 as in a PEM file of type `PRIVATE KEY`
    /// @return nothing if it is no key that mail may be signed with
    public static Optional<DkimKey> parse(byte[] pkcs8) {
        return Arrays.stream(Algorithm.values())
                .flatMap(algorithm -> parse(pkcs8, algorithm).stream())
                .findFirst();
    }

    private static Optional<DkimKey> parse(byte[] pkcs8, Algorithm algorithm) {
        try {
            PrivateKey key =
                    KeyFactory.getInstance(algorithm.key)
                            .generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
            return isUsable(key) ? Optional.of(new DkimKey(algorithm, key)) : Optional.empty();
        } catch (InvalidKeySpecException e) {
            return Optional.empty();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("this Java lacks " + algorithm.key, impossible);
        }
    }

    private static boolean isUsable(PrivateKey key) {
        return switch (key) {
            case RSAPrivateCrtKey rsa ->
                    rsa.getModulus().bitLength() >= LEAST_RSA_BITS
                            && rsa.getModulus().bitLength() <= MOST_RSA_BITS;
            case EdECPrivateKey _ -> true;
            default -> false;
        };
    }

    public Algorithm algorithm() {
        return algorithm;
    }

    /// In the form of PKCS #8 (RFC 5958).
    public byte[] exportSecret() {
        return privateKey.getEncoded();
    }

    /// Signs what was made canonical. Ed25519 signs the hash of it (RFC 8463, section 3), RSA has
    /// the hash inside.
    public byte[] sign(byte[] canonical) {
        try {
            Signature signer = Signature.getInstance(algorithm.signature);
            signer.initSign(privateKey);
            signer.update(
                    algorithm == Algorithm.ED25519
                            ? MessageDigest.getInstance("SHA-256").digest(canonical)
                            : canonical);
            return signer.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a key that was checked signs", e);
        }
    }

    /// What the name server has to say of it (RFC 6376, section 3.6.1; RFC 8463, section 4).
    public String record() {
        return "v=DKIM1; k="
                + algorithm.word
                + "; p="
                + Base64.getEncoder().encodeToString(publicBytes());
    }

    private byte[] publicBytes() {
        try {
            return switch (privateKey) {
                case RSAPrivateCrtKey rsa ->
                        KeyFactory.getInstance(algorithm.key)
                                .generatePublic(
                                        new RSAPublicKeySpec(
                                                rsa.getModulus(), rsa.getPublicExponent()))
                                .getEncoded();
                case EdECPrivateKey ed -> ed25519Public(ed);
                default -> throw new IllegalStateException("no key of ours");
            };
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a key that was checked has a public half", e);
        }
    }

    /// The JDK gives no public key of a private one: SigningKey computes it from the seed.
    private static byte[] ed25519Public(EdECPrivateKey key) {
        byte[] seed = key.getBytes().orElseThrow();
        return SigningKey.importSecret(Arrays.copyOf(seed, ED25519_BYTES)).publicKey().toBytes();
    }

    @Override
    public String toString() {
        return "DkimKey[" + algorithm.word + ", redacted]";
    }
}
