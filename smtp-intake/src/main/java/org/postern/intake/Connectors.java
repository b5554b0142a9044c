package org.postern.intake;

import java.net.InetAddress;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
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
    record Found(Tenant tenant, Tenant.Connector connector) {

        boolean mayName(EmailAddress author) {
            return tenant.domains().contains(author.domain());
        }
    }

    private record Candidate(Found found, int prefixBits) {}

    /// The connector with the narrowest range round this source whose tenant may send in the name
    /// of the reverse-path.
    ///
    /// The null reverse-path names nobody, so the From field must be able to: a connector that
    /// judges the envelope alone does not take it, nor does one of several tenants' at this source.
    static Optional<Found> find(
            Snapshot snapshot, InetAddress source, Optional<EmailAddress> reversePath) {
        List<Candidate> here =
                snapshot.tenants().stream()
                        .flatMap(tenant ->
                                tenant.connectors().stream()
                                        .map(connector -> new Found(tenant, connector)))
                        .flatMap(found -> candidate(found, source).stream())
                        .sorted(Comparator.comparingInt(Candidate::prefixBits).reversed())
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

    private static Optional<Candidate> candidate(Found found, InetAddress source) {
        return found.connector().sourceRanges().stream()
                .flatMap(text -> range(text, found).stream())
                .filter(range -> range.contains(source))
                .map(range -> new Candidate(found, range.prefixBits()))
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
