package org.postern.server;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.UuidV7;
import org.postern.db.TenantId;
import org.postern.db.store.AuditKind;
import org.postern.db.store.MailDatabase;
import org.postern.db.store.Tenant;
import org.postern.keys.Altered;
import org.postern.keys.Authority;
import org.postern.mail.door.SnapshotPublisher;
import org.postern.mail.door.SnapshotPublisher.Difference;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;

/// `POST /configuration/diff` and `/configuration/accept`: organisations whose rows no command here
/// has set.
@Endpoint(id = "configuration")
final class ConfigurationEndpoint {

    private final SnapshotPublisher publisher;
    private final Authority authority;
    private final MailDatabase database;
    private final Refresh doors;
    private final UuidV7 ids;
    private final Clock clock;

    ConfigurationEndpoint(
            SnapshotPublisher publisher,
            Authority authority,
            MailDatabase database,
            Refresh doors,
            Clock clock,
            SecureRandom random) {
        this.publisher = publisher;
        this.authority = authority;
        this.database = database;
        this.doors = doors;
        this.ids = new UuidV7(clock, random);
        this.clock = clock;
    }

    /// What was found or done, in lines for people.
    ///
    /// @param good false if an operator has to look at something
    record Answer(List<String> lines, boolean good) {

        Answer {
            lines = List.copyOf(lines);
        }
    }

    /// Does one thing; what cannot be done is answered 422 with a sentence.
    @WriteOperation
    WebEndpointResponse<Object> configuration(@Selector String what, @Nullable String host)
            throws IOException, OpeningFailedException {
        List<Difference> found =
                publisher.differences().stream()
                        .filter(each -> host == null || isAt(each, host))
                        .toList();
        return switch (what) {
            case "diff" -> diff(found);
            case "accept" -> accept(found, String.valueOf(host));
            default -> new WebEndpointResponse<>(WebEndpointResponse.STATUS_NOT_FOUND);
        };
    }

    private static WebEndpointResponse<Object> diff(List<Difference> found) {
        List<String> lines = new ArrayList<>();
        found.forEach(each -> lines.addAll(DifferenceLines.of(each)));
        return new WebEndpointResponse<>(
                found.isEmpty()
                        ? new Answer(List.of("OK  all rows are as they were set here"), true)
                        : new Answer(lines, false));
    }

    private WebEndpointResponse<Object> accept(List<Difference> found, String host)
            throws IOException, OpeningFailedException {
        if (found.isEmpty()) {
            return refused("there is nothing to accept of a tenant at " + host + ".");
        }
        List<String> lines = new ArrayList<>();
        for (Difference each : found) {
            TenantId tenant = each.altered().tenant();
            if (each.altered().how() == Altered.How.ENDED
                    || !authority.accept(tenant, each.found())) {
                return refused("the tenant has ended: its keys are gone, and nothing opens.");
            }
            if (each.found().isPresent()) {
                database.audit()
                        .insert(
                                tenant,
                                ids.next(),
                                AuditKind.CONFIGURATION_ACCEPTED,
                                Optional.empty(),
                                Optional.empty(),
                                clock.instant());
            }
            lines.addAll(DifferenceLines.of(each));
            lines.add("accepted: doors work by it from now on.");
        }
        doors.refresh();
        return new WebEndpointResponse<>(new Answer(lines, true));
    }

    /// By its host as it was or as it is, or by its id.
    private static boolean isAt(Difference difference, String host) {
        return difference.altered().tenant().toString().equals(host)
                || Stream.of(difference.published(), difference.found())
                        .flatMap(Optional::stream)
                        .map(Tenant::portalHost)
                        .anyMatch(host::equalsIgnoreCase);
    }

    private static WebEndpointResponse<Object> refused(String sentence) {
        return new WebEndpointResponse<>(Map.of("sentence", sentence), 422);
    }
}
