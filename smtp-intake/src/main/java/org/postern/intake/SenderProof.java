package org.postern.intake;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.postern.db.EmailAddress;
import org.postern.db.store.Tenant;
import org.postern.intake.dkim.DkimResult;
import org.postern.intake.dkim.DkimResult.Outcome;
import org.postern.intake.dkim.DkimVerifier;
import org.postern.intake.dmarc.Dmarc;
import org.postern.intake.dmarc.Spf;
import org.postern.intake.dmarc.SpfResult;
import org.postern.intake.dns.Dns;
import org.postern.intake.dns.DnsFailedException;
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
    private final Optional<EmailAddress> reversePath;
    private final Set<String> authors;
    private final Optional<DkimVerifier> signatures;
    private final SpfResult spf;
    private final Dns dns;
    private final String ourName;

    private SenderProof(
            Connectors.Found way,
            Optional<EmailAddress> reversePath,
            Set<String> authors,
            Optional<DkimVerifier> signatures,
            SpfResult spf,
            Dns dns,
            String ourName) {
        this.way = way;
        this.reversePath = reversePath;
        this.spf = spf;
        this.dns = dns;
        this.ourName = ourName;
        this.authors = authors;
        this.signatures = signatures;
    }

    /// Whether the header section does not say whose the message is, so that its end must be seen.
    static boolean waitsForTheBody(HeaderSection header, IntakeTransaction transaction) {
        return transaction
                .way()
                .connector()
                .sharedCloud()
                .filter(cloud -> !SecretHeader.isIn(header, cloud.secretHeaders()))
                .isPresent();
    }

    /// Begins with the header section, to which nobody has objected yet. Nothing if the connector
    /// wants no proof of a message.
    static Optional<SenderProof> begin(
            HeaderSection header, IntakeTransaction transaction, IntakeSession session) {
        Surroundings surroundings = session.surroundings();
        Connectors.Found way = transaction.way();
        if (way.connector().sharedCloud().isEmpty()) {
            return Optional.empty();
        }
        Tenant.SharedCloud cloud = way.connector().sharedCloud().get();
        Dns dns = surroundings.witnesses().dns();
        Lookups lookups = dns.forOneMessage();
        return Optional.of(
                new SenderProof(
                        way,
                        transaction.reversePath(),
                        authorDomains(header),
                        SecretHeader.isIn(header, cloud.secretHeaders())
                                ? Optional.empty()
                                : Optional.of(
                                        DkimVerifier.begin(
                                                header, lookups, surroundings.clock().instant())),
                        spf(transaction, session, lookups),
                        dns,
                        surroundings.properties().hostName()));
    }

    /// Of the null reverse-path the client's own name would be asked for, which anybody chooses.
    private static SpfResult spf(
            IntakeTransaction transaction, IntakeSession session, Lookups lookups) {
        String helo = session.greeting().map(IntakeSession.Greeting::name).orElse("unknown");
        return transaction
                .reversePath()
                .map(sender -> Spf.check(session.client().source(), sender, helo, lookups))
                .orElse(SpfResult.NONE);
    }

    /// The field that tells a reader's tools what is known before the body was seen (RFC 8601,
    /// section 2.2).
    String trace() {
        return "Authentication-Results: "
                + ourName
                + ";\r\n\tspf="
                + spf.name().toLowerCase(Locale.ROOT)
                + reversePath
                        .flatMap(sender -> DomainText.canonical(sender.domain()))
                        .map(domain -> " smtp.mailfrom=" + domain)
                        .orElse("")
                + "\r\n";
    }

    private static Set<String> authorDomains(HeaderSection header) {
        return header.from().stream()
                .flatMap(author -> Author.address(author).stream())
                .flatMap(author -> DomainText.canonical(author.domain()).stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    /// Takes more of the body.
    void update(byte[] bytes, int offset, int count) {
        signatures.ifPresent(each -> each.update(bytes, offset, count));
    }

    /// What speaks against the message, now that all of it was seen. A name server that could not
    /// say is no reason to refuse for good.
    ///
    /// Nothing does if it carries the secret. A rule of the organisation's own has let it out, as
    /// it lets out mail that is signed only behind us, or comes from where its SPF record does not
    /// say, or was forwarded with its signature broken: what its domain wishes for mail of
    /// strangers (RFC 9989) would refuse that for good. Unmarked mail with the secret goes on
    /// unasked, so marked mail would be refused where unmarked mail is not, and people would leave
    /// out the mark.
    Optional<Reply> refusal() {
        Optional<List<DkimResult>> results = signatures.map(DkimVerifier::finish);
        return results.flatMap(this::unproven).or(() -> results.flatMap(this::againstPolicy));
    }

    private Optional<Reply> unproven(List<DkimResult> results) {
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

    /// What the authors' domains wish for mail that neither signature nor SPF shows to be theirs.
    /// Asked anew, since the body may have taken its time.
    private Optional<Reply> againstPolicy(List<DkimResult> results) {
        Dmarc dmarc = new Dmarc(dns.forOneMessage());
        try {
            for (String author : authors) {
                Optional<Reply> refusal = againstPolicy(author, results, dmarc);
                if (refusal.isPresent()) {
                    return refusal;
                }
            }
            return Optional.empty();
        } catch (DnsFailedException e) {
            log.info(
                    "policy not known: connector={} reason={}",
                    way.connector().id(),
                    e.getMessage());
            return Optional.of(Reply.NO_NAME_SERVER);
        }
    }

    private Optional<Reply> againstPolicy(String author, List<DkimResult> results, Dmarc dmarc)
            throws DnsFailedException {
        if (isShown(author, results, Outcome.PASS, SpfResult.PASS, Optional.empty(), dmarc)) {
            return Optional.empty(); // whatever it wishes
        }
        Optional<Dmarc.Policy> policy = dmarc.policy(author).filter(Dmarc.Policy::enforced);
        if (policy.isEmpty()
                || isShown(author, results, Outcome.PASS, SpfResult.PASS, policy, dmarc)) {
            return Optional.empty();
        }
        boolean later =
                isShown(author, results, Outcome.TEMPERROR, SpfResult.TEMPERROR, policy, dmarc);
        return Optional.of(later ? Reply.NO_NAME_SERVER : Reply.UNAUTHENTICATED);
    }

    /// @param policy says how closely names must fit; exactly if there is none
    private boolean isShown(
            String author,
            List<DkimResult> results,
            Outcome signed,
            SpfResult sent,
            Optional<Dmarc.Policy> policy,
            Dmarc dmarc)
            throws DnsFailedException {
        boolean strictSpf = policy.map(Dmarc.Policy::strictSpf).orElse(true);
        boolean strictDkim = policy.map(Dmarc.Policy::strictDkim).orElse(true);
        Optional<String> sender = reversePath.flatMap(path -> DomainText.canonical(path.domain()));
        if (spf == sent && sender.isPresent() && dmarc.isAligned(sender.get(), author, strictSpf)) {
            return true;
        }
        for (DkimResult result : results) {
            if (result.outcome() == signed
                    && !result.domain().isEmpty()
                    && dmarc.isAligned(result.domain(), author, strictDkim)) {
                return true;
            }
        }
        return false;
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

    /// Relaxed alignment (RFC 9989, section 4.10.2). Both are verified as the organisation's, so if
    /// one lies within the other no public suffix is between them.
    private static boolean isAligned(String signer, String author) {
        return DomainText.isWithin(author, signer) || DomainText.isWithin(signer, author);
    }
}
