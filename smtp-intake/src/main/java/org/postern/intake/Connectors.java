package org.postern.intake;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.postern.db.EmailAddress;
import org.postern.db.store.Tenant;
import org.postern.mail.door.Snapshot;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds out which connector a client uses.
final class Connectors {

    private static final Logger log = LoggerFactory.getLogger(Connectors.class);

    private Connectors() {}

    /// A connector and whose it is.
    ///
    /// @param textMessages whether what comes this way may ask for a text message to a phone
    record Found(Tenant tenant, Tenant.Connector connector, boolean textMessages) {

        boolean mayName(EmailAddress author) {
            return tenant.domains().contains(author.domain());
        }
    }

    private record Candidate(Found found, int proofs, int prefixBits) {

        /// What is hardest to come by counts first.
        static final Comparator<Candidate> BEST_FIRST =
                Comparator.comparingInt(Candidate::proofs)
                        .thenComparingInt(Candidate::prefixBits)
                        .reversed();
    }

    /// The connector that asks most of a client which shows it all, and whose tenant may send in
    /// the name of the reverse-path. Whoever has authenticated uses the connector of his password
    /// and no other.
    ///
    /// The null reverse-path names nobody, so the From field must be able to: a connector that
    /// judges the envelope alone does not take it, nor does one of several tenants' that this
    /// client may use.
    static Optional<Found> find(
            Snapshot snapshot, Client client, Optional<EmailAddress> reversePath) {
        List<Candidate> here =
                all(snapshot)
                        .flatMap(found -> candidate(found, client).stream())
                        .sorted(Candidate.BEST_FIRST)
                        .toList();
        if (reversePath.isPresent()) {
            return here.stream()
                    .map(Candidate::found)
                    .filter(found -> found.mayName(reversePath.get()))
                    .findFirst();
        }
        boolean oneTenant =
                here.stream().map(each -> each.found().tenant().id()).distinct().count() == 1;
        return here.stream()
                .map(Candidate::found)
                .filter(found -> oneTenant && !found.connector().envelopeSenderOnly())
                .findFirst();
    }

    /// The connector with this id that has a password.
    static Optional<Tenant.Connector> withPassword(Snapshot snapshot, String id) {
        return all(snapshot)
                .map(Found::connector)
                .filter(connector -> connector.passwordVerifier().isPresent())
                .filter(connector -> connector.id().toString().equals(id))
                .findFirst();
    }

    /// Whether any client could authenticate at all.
    static boolean haveAnyPassword(Snapshot snapshot) {
        return all(snapshot).anyMatch(found -> found.connector().passwordVerifier().isPresent());
    }

    private static Stream<Found> all(Snapshot snapshot) {
        return snapshot.tenants().stream()
                .flatMap(tenant ->
                        tenant.connectors().stream()
                                .map(connector ->
                                        new Found(tenant, connector, snapshot.textMessages())));
    }

    private static Optional<Candidate> candidate(Found found, Client client) {
        Tenant.Connector connector = found.connector();
        boolean password = connector.passwordVerifier().isPresent();
        boolean pinned = !connector.certificatePins().isEmpty();
        Optional<Tenant.ClientAuthority> authority = connector.clientAuthority();
        if (!client.authenticated()
                        .equals(password ? Optional.of(connector.id()) : Optional.empty())
                || (pinned
                        && client.certificate()
                                .map(ClientCertificate::pin)
                                .filter(connector.certificatePins()::contains)
                                .isEmpty())
                || (authority.isPresent()
                        && client.certificate()
                                .filter(shown -> shown.isIssuedBy(authority.get()))
                                .isEmpty())) {
            return Optional.empty();
        }
        int proofs = (pinned ? 2 : 0) + (authority.isPresent() ? 2 : 0) + (password ? 1 : 0);
        if (connector.sharedCloud().isPresent()) {
            return inCloud(found, client, proofs, connector.sharedCloud().get());
        }
        if (connector.sourceRanges().isEmpty()) {
            // Without anything else it would be everybody's.
            return proofs == 0 ? Optional.empty() : Optional.of(new Candidate(found, proofs, 0));
        }
        return inRange(found, client, proofs);
    }

    /// A cloud is known by address and certificate together; whose mail it is, the message says.
    private static Optional<Candidate> inCloud(
            Found found, Client client, int proofs, Tenant.SharedCloud cloud) {
        return inRange(found, client, proofs + 1)
                .filter(_ ->
                        client.certificate()
                                .filter(shown -> shown.carriesOneOf(cloud.certificateNames()))
                                .isPresent());
    }

    private static Optional<Candidate> inRange(Found found, Client client, int proofs) {
        return found.connector().sourceRanges().stream()
                .flatMap(text -> range(text, found).stream())
                .filter(range -> range.contains(client.source()))
                .map(range -> new Candidate(found, proofs, range.prefixBits()))
                .max(Comparator.comparingInt(Candidate::prefixBits));
    }

    private static Optional<SourceRange> range(String text, Found found) {
        try {
            return Optional.of(SourceRange.parse(text));
        } catch (IllegalArgumentException e) {
            log.error("a connector has a malformed range: connector={}", found.connector().id());
            return Optional.empty();
        }
    }
}
