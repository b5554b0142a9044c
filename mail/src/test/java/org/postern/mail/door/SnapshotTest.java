package org.postern.mail.door;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.postern.db.ConnectorId;
import org.postern.db.TenantId;
import org.postern.db.store.MailRules;
import org.postern.db.store.Tenant;

/// The document from which a door works without the database.
class SnapshotTest {

    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

    private static Snapshot with(Tenant.Connector connector) {
        return new Snapshot(
                1,
                NOW,
                NOW.plusSeconds(1),
                1,
                "AA==",
                true,
                List.of(
                        new Tenant(
                                new TenantId(new UUID(0, 1)),
                                "Clinic",
                                "localhost",
                                Optional.empty(),
                                List.of("example.com"),
                                List.of(connector),
                                MailRules.DEFAULT)));
    }

    private static Tenant.Connector connector() {
        return Tenant.Connector.of(
                new ConnectorId(new UUID(0, 2)), "cloud", List.of("192.0.2.0/24"));
    }

    @Test
    void whatIsKnownOfASharedCloudComesBack() {
        Snapshot snapshot =
                with(
                        connector()
                                .withSharedCloud(
                                        new Tenant.SharedCloud(
                                                List.of("cloud.example"),
                                                List.of("new", "old"),
                                                true)));
        assertThat(Snapshot.decode(snapshot.encode())).isEqualTo(snapshot);
    }

    @Test
    void theAuthorityOfAConnectorComesBack() {
        Snapshot snapshot =
                with(
                        connector()
                                .withClientAuthority(
                                        new Tenant.ClientAuthority(
                                                List.of("AQID"), List.of("gateway.example"))));
        assertThat(Snapshot.decode(snapshot.encode())).isEqualTo(snapshot);
    }

    @Test
    void aSnapshotOfAnEarlierReleaseKnowsNoneAndIsReadAllTheSame() {
        Snapshot snapshot = with(connector());
        String earlier =
                new String(snapshot.encode(), UTF_8)
                        .replace(",\"sharedCloud\":null", "")
                        .replace(",\"clientAuthority\":null", "")
                        .replace("\"certificatePins\":[],", "");
        assertThat(earlier)
                .doesNotContain("sharedCloud")
                .doesNotContain("clientAuthority")
                .doesNotContain("certificatePins");
        assertThat(Snapshot.decode(earlier.getBytes(UTF_8))).isEqualTo(snapshot);
    }

    @Test
    void aSnapshotOfAnEarlierReleaseSaysThatNothingCanBeSentToPhones() {
        String now = new String(with(connector()).encode(), UTF_8);
        String earlier = now.replace(",\"textMessages\":true", "");

        assertThat(earlier).doesNotContain("textMessages");
        assertThat(Snapshot.decode(now.getBytes(UTF_8)).textMessages()).isTrue();
        assertThat(Snapshot.decode(earlier.getBytes(UTF_8)).textMessages()).isFalse();
    }

    @Test
    void theEnvelopeAloneNeverProvesAnythingInASharedCloud() {
        Tenant.Connector connector =
                connector()
                        .withEnvelopeSenderOnly(true)
                        .withSharedCloud(
                                new Tenant.SharedCloud(
                                        List.of("cloud.example"), List.of("new"), false));
        String claimed =
                new String(with(connector).encode(), UTF_8)
                        .replace("\"envelopeSenderOnly\":false", "\"envelopeSenderOnly\":true");
        assertThat(claimed).contains("\"envelopeSenderOnly\":true");
        assertThat(
                        Snapshot.decode(claimed.getBytes(UTF_8))
                                .tenants()
                                .getFirst()
                                .connectors()
                                .getFirst()
                                .envelopeSenderOnly())
                .isFalse();
    }
}
