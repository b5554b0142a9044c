package org.postern.intake.dkim;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.postern.intake.dkim.DkimResult.Outcome;
import org.postern.intake.dns.DomainText;

/// What a DKIM-Signature field says (RFC 6376, section 3.5).
///
/// @param domain `d=`
/// @param identity the domain of `i=`
/// @param signedFields names in `h=`, in lower case
record SignatureField(
        Algorithm algorithm,
        String domain,
        String selector,
        String identity,
        boolean relaxedHeader,
        boolean relaxedBody,
        List<String> signedFields,
        Bytes bodyHash,
        Bytes signature) {

    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,12}");

    /// SHA-1 is no proof any more (RFC 8301, section 3.1).
    enum Algorithm {
        RSA,
        ED25519
    }

    /// Bytes that a record may hold.
    static final class Bytes {
        private final byte[] bytes;

        Bytes(byte[] bytes) {
            this.bytes = bytes.clone();
        }

        byte[] toArray() {
            return bytes.clone();
        }
    }

    /// @param at when it is looked at
    static SignatureField parse(TagList tags, Instant at) throws UnusableException {
        if (!tags.require("v").equals("1")) {
            throw UnusableException.malformed("unknown version");
        }
        Algorithm algorithm = algorithm(tags.require("a"));
        String domain = domain(tags.require("d"));
        String selector = domain(tags.require("s"));
        String identity = identity(tags, domain);
        String[] canonical = canonicalization(tags);
        List<String> fields = tags.words("h", "");
        if (!fields.contains("from")) {
            throw UnusableException.malformed("From is not signed"); // RFC 6376, section 5.4
        }
        requireOurQuery(tags);
        requireTime(tags, at);
        Bytes bodyHash = new Bytes(TagList.base64(tags.require("bh")));
        Bytes signature = new Bytes(TagList.base64(tags.require("b")));
        if (tags.find("l").isPresent()) {
            // Anybody could add to such a message (RFC 6376, section 8.2).
            throw new UnusableException(Outcome.FAIL, "signs a part of the body only");
        }
        return new SignatureField(
                algorithm,
                domain,
                selector,
                identity,
                canonical[0].equals("relaxed"),
                canonical[1].equals("relaxed"),
                fields,
                bodyHash,
                signature);
    }

    private static Algorithm algorithm(String text) throws UnusableException {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "rsa-sha256" -> Algorithm.RSA;
            case "ed25519-sha256" -> Algorithm.ED25519; // RFC 8463, section 3
            default -> throw UnusableException.malformed("no algorithm of ours");
        };
    }

    private static String domain(String text) throws UnusableException {
        return DomainText.canonical(text)
                .orElseThrow(() -> UnusableException.malformed("malformed domain"));
    }

    /// `i=` lies in `d=`, whatever stands before its at sign.
    private static String identity(TagList tags, String domain) throws UnusableException {
        String written = tags.find("i").orElse("@" + domain);
        int at = written.lastIndexOf('@');
        if (at < 0) {
            throw UnusableException.malformed("malformed i=");
        }
        String identity = domain(written.substring(at + 1));
        if (!DomainText.isWithin(identity, domain)) {
            throw UnusableException.malformed("i= outside d=");
        }
        return identity;
    }

    private static String[] canonicalization(TagList tags) throws UnusableException {
        String text = tags.find("c").orElse("simple/simple").toLowerCase(Locale.ROOT);
        int slash = text.indexOf('/');
        String header = slash < 0 ? text : text.substring(0, slash);
        String body = slash < 0 ? "simple" : text.substring(slash + 1);
        for (String each : List.of(header, body)) {
            if (!each.equals("simple") && !each.equals("relaxed")) {
                throw UnusableException.malformed("unknown canonicalization");
            }
        }
        return new String[] {header, body};
    }

    private static void requireOurQuery(TagList tags) throws UnusableException {
        if (!tags.words("q", "dns/txt").contains("dns/txt")) {
            throw UnusableException.malformed("no way to the key");
        }
    }

    private static void requireTime(TagList tags, Instant at) throws UnusableException {
        long made = seconds(tags, "t", 0);
        long ends = seconds(tags, "x", Long.MAX_VALUE);
        if (ends < made) {
            throw UnusableException.malformed("ends before it was made");
        }
        if (ends < at.getEpochSecond()) {
            throw new UnusableException(Outcome.FAIL, "expired");
        }
    }

    private static long seconds(TagList tags, String name, long standard) throws UnusableException {
        String text = tags.find(name).orElse("");
        if (text.isEmpty() && tags.find(name).isEmpty()) {
            return standard;
        }
        if (!NUMBER.matcher(text).matches()) {
            throw UnusableException.malformed("malformed " + name + "=");
        }
        return Long.parseLong(text);
    }
}
