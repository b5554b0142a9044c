package org.postern.intake;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.postern.db.store.Tenant;
import org.postern.intake.dkim.DkimResult;
import org.postern.intake.dkim.DkimResult.Outcome;
import org.postern.intake.dkim.DkimVerifier;
import org.postern.intake.dns.DomainText;
import org.postern.intake.dns.Lookups;
import org.postern.mail.mime.HeaderSection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Whether a message from a cloud that others share is the organisation's own: known when its last
/// byte has been seen. Until then it is sealed to an entry that nobody takes for accepted. For one
/// thread.
final class SenderProof {

    private static final Logger log = LoggerFactory.getLogger(SenderProof.class);

    private final Connectors.Found way;
    private final Set<String> authors;
    private final boolean secret;
    private final DkimVerifier signatures;

    private SenderProof(
            Connectors.Found way, Set<String> authors, boolean secret, DkimVerifier signatures) {
        this.way = way;
        this.authors = authors;
        this.secret = secret;
        this.signatures = signatures;
    }

    /// Begins with the header section, to which nobody has objected yet. Nothing if the connector
    /// wants no proof of a message.
    static Optional<SenderProof> begin(
            HeaderSection header, IntakeTransaction transaction, Surroundings surroundings) {
        Connectors.Found way = transaction.way();
        if (way.connector().sharedCloud().isEmpty()) {
            return Optional.empty();
        }
        Tenant.SharedCloud cloud = way.connector().sharedCloud().get();
        Lookups lookups = surroundings.witnesses().dns().forOneMessage();
        return Optional.of(
                new SenderProof(
                        way,
                        authorDomains(header),
                        SecretHeader.isIn(header, cloud.secretHeaders()),
                        DkimVerifier.begin(header, lookups, surroundings.clock().instant())));
    }

    private static Set<String> authorDomains(HeaderSection header) {
        return header.from().stream()
                .flatMap(author -> Author.address(author).stream())
                .flatMap(author -> DomainText.canonical(author.domain()).stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    /// Takes more of the body.
    void update(byte[] bytes, int offset, int count) {
        signatures.update(bytes, offset, count);
    }

    /// What speaks against the message, now that all of it was seen. A name server that could not
    /// say is no reason to refuse for good.
    Optional<Reply> refusal() {
        if (secret) {
            return Optional.empty();
        }
        List<DkimResult> results = signatures.finish();
        if (authors.stream().allMatch(author -> isSigned(author, results, Outcome.PASS))) {
            return Optional.empty();
        }
        for (DkimResult result : results) {
            log.info(
                    "signature: connector={} result={} reason={}",
                    way.connector().id(),
                    result.outcome(),
                    result.reason());
        }
        boolean later =
                authors.stream()
                        .allMatch(author ->
                                isSigned(author, results, Outcome.PASS)
                                        || isSigned(author, results, Outcome.TEMPERROR));
        return Optional.of(later ? Reply.NO_NAME_SERVER : Reply.NOT_SIGNED);
    }

    /// By one of the organisation's own domains, and one that belongs to the author's.
    private boolean isSigned(String author, List<DkimResult> results, Outcome wanted) {
        return results.stream()
                .filter(result -> result.outcome() == wanted)
                .map(DkimResult::domain)
                .filter(this::isOurs)
                .anyMatch(signer -> isAligned(signer, author));
    }

    private boolean isOurs(String signer) {
        return way.tenant().domains().stream()
                .flatMap(domain -> DomainText.canonical(domain).stream())
                .anyMatch(signer::equals);
    }

    /// Relaxed alignment (RFC 9989, section 3.2.10). Both are verified as the organisation's, so if
    /// one lies within the other no public suffix is between them.
    private static boolean isAligned(String signer, String author) {
        return DomainText.isWithin(author, signer) || DomainText.isWithin(signer, author);
    }
}
