package org.postern.intake.dkim;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.postern.intake.dkim.DkimResult.Outcome;
import org.postern.intake.dkim.SignatureField.Algorithm;
import org.postern.intake.dns.DnsFailedException;
import org.postern.intake.dns.Lookups;

/// A domain's public key in the DNS (RFC 6376, section 3.6.1).
final class KeyRecord {

    private static final int LEAST_RSA_BITS = 1024; // RFC 8301, section 3.2
    private static final int MOST_RSA_BITS = 8192; // at whose cost, else

    /// SubjectPublicKeyInfo of RFC 8410, section 4 up to the 32 bytes that the DNS holds.
    private static final byte[] ED25519 = HexFormat.of().parseHex("302a300506032b6570032100");

    private static final int ED25519_BYTES = 32;

    private KeyRecord() {}

    /// The key that belongs to a signature.
    static PublicKey find(SignatureField signature, Lookups lookups)
            throws UnusableException, DnsFailedException {
        List<TagList> records = new ArrayList<>();
        for (String text :
                lookups.texts(signature.selector() + "._domainkey." + signature.domain())) {
            try {
                TagList tags = TagList.parse(text);
                if (tags.find("p").isPresent()) {
                    records.add(tags);
                }
            } catch (UnusableException e) {
                // some other TXT record
            }
        }
        if (records.size() != 1) {
            // Of several, none can be said to be the one (RFC 6376, section 3.6.2.2).
            throw UnusableException.malformed(records.isEmpty() ? "no key" : "several keys");
        }
        return read(records.getFirst(), signature);
    }

    private static PublicKey read(TagList tags, SignatureField signature) throws UnusableException {
        if (tags.find("v").isPresent()
                && !(tags.beginsWith("v") && tags.require("v").equals("DKIM1"))) {
            throw UnusableException.malformed("unknown version of the key");
        }
        if (!tags.words("h", "sha256").contains("sha256")) {
            throw UnusableException.malformed("the key is for other hashes");
        }
        List<String> services = tags.words("s", "*");
        if (!services.contains("*") && !services.contains("email")) {
            throw UnusableException.malformed("the key is not for mail");
        }
        List<String> flags = tags.words("t", "");
        if (flags.contains("s") && !signature.identity().equals(signature.domain())) {
            throw UnusableException.malformed("the key is not for subdomains");
        }
        if (tags.find("p").orElse("").isEmpty()) {
            throw UnusableException.malformed("the key was revoked");
        }
        PublicKey key = key(tags, signature.algorithm());
        if (flags.contains("y")) {
            // Counts as if there were no signature (RFC 6376, section 3.6.1).
            throw new UnusableException(Outcome.FAIL, "the domain is only testing");
        }
        return key;
    }

    private static PublicKey key(TagList tags, Algorithm algorithm) throws UnusableException {
        byte[] bytes = TagList.base64(tags.require("p"));
        String kind = tags.find("k").orElse("rsa");
        try {
            if (algorithm == Algorithm.ED25519 && kind.equals("ed25519")) {
                return ed25519(bytes);
            }
            if (algorithm == Algorithm.RSA && kind.equals("rsa")) {
                return rsa(bytes);
            }
            throw UnusableException.malformed("the key is of another kind");
        } catch (GeneralSecurityException e) {
            throw UnusableException.malformed("malformed key");
        }
    }

    private static PublicKey ed25519(byte[] bytes)
            throws GeneralSecurityException, UnusableException {
        if (bytes.length != ED25519_BYTES) {
            throw UnusableException.malformed("malformed key");
        }
        byte[] info = new byte[ED25519.length + ED25519_BYTES];
        System.arraycopy(ED25519, 0, info, 0, ED25519.length);
        System.arraycopy(bytes, 0, info, ED25519.length, ED25519_BYTES);
        return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(info));
    }

    private static PublicKey rsa(byte[] bytes) throws GeneralSecurityException, UnusableException {
        PublicKey key = KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(bytes));
        int bits = ((RSAPublicKey) key).getModulus().bitLength();
        if (bits < LEAST_RSA_BITS || bits > MOST_RSA_BITS) {
            throw UnusableException.malformed("an RSA key of " + bits + " bits");
        }
        return key;
    }
}
