package org.postern.intake.dkim;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postern.intake.dkim.DkimResult.Outcome;
import org.postern.intake.dkim.SignatureField.Algorithm;
import org.postern.intake.dns.DnsFailedException;
import org.postern.intake.dns.DomainText;
import org.postern.intake.dns.Lookups;
import org.postern.mail.mime.HeaderField;
import org.postern.mail.mime.HeaderSection;

/// Verifies the DKIM signatures of one message (RFC 6376, section 6.1) while it passes: keys and
/// header fields at once, the body as it comes. For one thread.
///
/// Stricter than the standard in what a reader is shown: all From and Subject fields must be signed
/// (RFC 6376, section 8.15), and all of the body.
public final class DkimVerifier {

    /// More would be work that a stranger gives us (RFC 6376, section 8.4).
    private static final int MOST_SIGNATURES = 5;

    private static final List<String> SHOWN = List.of("from", "subject");

    private final List<Entry> entries = new ArrayList<>();
    private @Nullable BodyHash simple;
    private @Nullable BodyHash relaxed;

    /// @param untilBody what the signature is worth if the body is the one that was signed
    private record Entry(DkimResult untilBody, Optional<SignatureField> signature) {}

    private DkimVerifier() {}

    /// Looks at the header section and asks for the keys.
    ///
    /// @param now when signatures must be valid
    public static DkimVerifier begin(HeaderSection header, Lookups lookups, Instant now) {
        DkimVerifier verifier = new DkimVerifier();
        header.all("DKIM-Signature").stream()
                .limit(MOST_SIGNATURES)
                .forEach(field -> verifier.add(header, field, lookups, now));
        return verifier;
    }

    private void add(HeaderSection header, HeaderField field, Lookups lookups, Instant now) {
        String domain = "";
        try {
            TagList tags = TagList.parse(field.value());
            domain = tags.find("d").flatMap(DomainText::canonical).orElse("");
            SignatureField signature = SignatureField.parse(tags, now);
            requireShownFieldsSigned(header, signature);
            PublicKey key = KeyRecord.find(signature, lookups);
            byte[] signed = SignedHeader.of(header.fields(), field, signature);
            if (fits(key, signature, signed)) {
                expect(signature);
            } else {
                entries.add(
                        new Entry(
                                new DkimResult(Outcome.FAIL, domain, "the signature does not fit"),
                                Optional.empty()));
            }
        } catch (UnusableException e) {
            entries.add(new Entry(e.result(domain), Optional.empty()));
        } catch (DnsFailedException e) {
            entries.add(
                    new Entry(
                            new DkimResult(
                                    Outcome.TEMPERROR, domain, String.valueOf(e.getMessage())),
                            Optional.empty()));
        }
    }

    /// Else a second Subject could be put before the signed one.
    private static void requireShownFieldsSigned(HeaderSection header, SignatureField signature)
            throws UnusableException {
        for (String shown : SHOWN) {
            long there = header.all(shown).size();
            long signed = signature.signedFields().stream().filter(shown::equals).count();
            if (there > signed) {
                throw UnusableException.malformed("a field that is shown is not signed");
            }
        }
    }

    /// Ed25519 signs the hash (RFC 8463, section 3), RSA has it inside.
    private static boolean fits(PublicKey key, SignatureField field, byte[] signed) {
        boolean ed25519 = field.algorithm() == Algorithm.ED25519;
        try {
            Signature verifier = Signature.getInstance(ed25519 ? "Ed25519" : "SHA256withRSA");
            verifier.initVerify(key);
            verifier.update(ed25519 ? BodyHash.sha256().digest(signed) : signed);
            return verifier.verify(field.signature().toArray());
        } catch (GeneralSecurityException e) {
            return false; // of a length or form that no signature has
        }
    }

    private void expect(SignatureField signature) {
        if (signature.relaxedBody() && relaxed == null) {
            relaxed = new BodyHash(true);
        }
        if (!signature.relaxedBody() && simple == null) {
            simple = new BodyHash(false);
        }
        entries.add(new Entry(DkimResult.pass(signature.domain()), Optional.of(signature)));
    }

    /// Takes more of the body.
    public void update(byte[] bytes, int offset, int count) {
        if (simple != null) {
            simple.update(bytes, offset, count);
        }
        if (relaxed != null) {
            relaxed.update(bytes, offset, count);
        }
    }

    /// The body is complete: what each signature is worth, in the order of the fields.
    public List<DkimResult> finish() {
        return entries.stream().map(this::result).toList();
    }

    private DkimResult result(Entry entry) {
        boolean bodyFits =
                entry.signature()
                        .map(signature ->
                                MessageDigest.isEqual(
                                        bodyHash(signature.relaxedBody()).finish(),
                                        signature.bodyHash().toArray()))
                        .orElse(true);
        return bodyFits
                ? entry.untilBody()
                : new DkimResult(Outcome.FAIL, entry.untilBody().domain(), "the body was changed");
    }

    private BodyHash bodyHash(boolean ofRelaxed) {
        BodyHash hash = ofRelaxed ? relaxed : simple;
        if (hash == null) {
            throw new IllegalStateException("nobody asked for this hash");
        }
        return hash;
    }
}
