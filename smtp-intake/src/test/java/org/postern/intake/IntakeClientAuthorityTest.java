package org.postern.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.db.ConnectorId;
import org.postern.db.store.Tenant;

/// Connectors that are known by a client certificate of the organisation's own authority. No door
/// here has a database: what it knows of authorities is in its snapshot.
class IntakeClientAuthorityTest {

    private static final String NAME = "gateway.clinic.example";
    private static final String TAKEN = "250 2.1.0 Sender OK";
    private static final String REFUSED = "550 5.7.1 Not allowed to send from here";

    private static TestIssuer issuer;

    @TempDir Path folder;
    private final List<IntakeUnderTest> doors = new ArrayList<>();

    @BeforeAll
    static void issue() throws IOException {
        issuer =
                new TestIssuer()
                        .authority("ours", "-1d", 30)
                        .authority("next", "-1d", 30)
                        .authority("others", "-1d", 30)
                        .authority("ended", "-9d", 5)
                        .issue("ours", "gateway", NAME, "clientAuth", "-1d", 20)
                        .issue("ours", "server", NAME, "serverAuth", "-1d", 20)
                        .issue("ours", "signer", NAME, "codeSigning", "-1d", 20)
                        .issue("ours", "expired", NAME, "clientAuth", "-9d", 5)
                        .issue("ours", "future", NAME, "clientAuth", "+5d", 5)
                        .issue("others", "stranger", NAME, "clientAuth", "-1d", 20)
                        .issue("ended", "orphan", NAME, "clientAuth", "-1d", 20);
    }

    @AfterEach
    void close() {
        doors.forEach(IntakeUnderTest::close);
    }

    private static Tenant.ClientAuthority authority(List<String> authorities, String... names) {
        return new Tenant.ClientAuthority(
                authorities.stream().map(issuer::certificate).toList(), List.of(names));
    }

    private static Tenant.Connector connector(String... ranges) {
        return Tenant.Connector.of(IntakeUnderTest.GATEWAY, "gateway", List.of(ranges));
    }

    private static Tenant.Connector known() {
        return connector()
                .withClientAuthority(
                        authority(
                                List.of("next", "ours"),
                                "other.example",
                                "Gateway.CLINIC.example"));
    }

    private IntakeUnderTest door(Tenant.Connector... connectors) throws IOException {
        IntakeUnderTest.Setup setup = new IntakeUnderTest.Setup();
        setup.tenants = List.of(IntakeUnderTest.clinic(connectors));
        IntakeUnderTest door =
                new IntakeUnderTest(Files.createTempDirectory(folder, "door"), setup);
        doors.add(door);
        return door;
    }

    private static String mail(IntakeUnderTest door, SSLContext context, String... protocols)
            throws IOException {
        try (SmtpClient client = SmtpClient.inClear(door.smtpsPort())) {
            client.handshake(context, protocols);
            client.reply();
            client.say("EHLO client.example");
            return client.say("MAIL FROM:<nurse@example.com>");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void aCertificateOfTheAuthorityForTheNameIsEnough(String protocol) throws IOException {
        assertThat(mail(door(known()), issuer.client("gateway"), protocol)).isEqualTo(TAKEN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void itIsEnoughAfterStartTlsToo(String protocol) throws IOException {
        try (SmtpClient client = SmtpClient.inClear(door(known()).smtpPort())) {
            client.reply();
            client.say("EHLO client.example");
            client.say("STARTTLS");
            client.handshake(issuer.client("gateway"), protocol);
            client.say("EHLO client.example");
            assertThat(client.say("MAIL FROM:<nurse@example.com>")).isEqualTo(TAKEN);
            client.say("RSET");
            assertThat(client.say("MAIL FROM:<nurse@example.com>")).isEqualTo(TAKEN);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "server, 250", // a mail server's one certificate, shown in both directions
        "stranger, 550",
        "expired, 550",
        "future, 550",
        "signer, 550",
        "orphan, 550"
    })
    void whatElseACertificateSaysCounts(String shown, String code) throws IOException {
        for (String protocol : List.of("TLSv1.3", "TLSv1.2")) {
            assertThat(mail(door(known()), issuer.client(shown), protocol)).startsWith(code);
        }
    }

    @Test
    void withoutACertificateMailIsRefused() throws IOException {
        assertThat(mail(door(known()), TestCertificate.client())).isEqualTo(REFUSED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"mx.clinic.example", "clinic.example", "*.clinic.example", "gateway"})
    void aCertificateOfTheAuthorityForAnotherNameIsNotEnough(String wanted) throws IOException {
        Tenant.Connector other =
                connector().withClientAuthority(authority(List.of("ours"), wanted));
        assertThat(mail(door(other), issuer.client("gateway"))).isEqualTo(REFUSED);
    }

    @Test
    void anAuthorityThatHasEndedVouchesForNobody() throws IOException {
        Tenant.Connector old = connector().withClientAuthority(authority(List.of("ended"), NAME));
        assertThat(mail(door(old), issuer.client("orphan"))).isEqualTo(REFUSED);
    }

    @Test
    void whatCannotBeReadVouchesForNobodyAndTheRestCounts() throws IOException {
        List<String> certificates = List.of("AAAA", "not base64", issuer.certificate("ours"));
        Tenant.Connector damaged =
                connector()
                        .withClientAuthority(
                                new Tenant.ClientAuthority(certificates, List.of(NAME)));
        IntakeUnderTest door = door(damaged);
        assertThat(mail(door, issuer.client("gateway"))).isEqualTo(TAKEN);
        assertThat(mail(door, issuer.client("stranger"))).isEqualTo(REFUSED);
    }

    @Test
    void theAddressCountsBesideIt() throws IOException {
        Tenant.ClientAuthority ours = authority(List.of("ours"), NAME);
        IntakeUnderTest elsewhere = door(connector("192.0.2.0/24").withClientAuthority(ours));
        assertThat(mail(elsewhere, issuer.client("gateway"))).isEqualTo(REFUSED);
        IntakeUnderTest here = door(connector("127.0.0.0/8").withClientAuthority(ours));
        assertThat(mail(here, issuer.client("gateway"))).isEqualTo(TAKEN);
        assertThat(mail(here, TestCertificate.client())).isEqualTo(REFUSED);
    }

    @Test
    void aPinCountsBesideIt() throws IOException {
        Tenant.Connector both = known().withCertificates(List.of(TestCertificate.pin()));
        assertThat(mail(door(both), issuer.client("gateway"))).isEqualTo(REFUSED);
        assertThat(mail(door(both), TestCertificate.clientWithCertificate())).isEqualTo(REFUSED);
    }

    @Test
    void aConnectorThatAsksForItGoesBeforeOneThatAsksForAnAddress() throws IOException {
        Tenant.Connector sealsAll =
                Tenant.Connector.of(new ConnectorId(UUID.randomUUID()), "gateway", List.of())
                        .withSealsAll(true)
                        .withClientAuthority(authority(List.of("ours"), NAME));
        IntakeUnderTest door = door(connector("127.0.0.1/32"), sealsAll);
        String unmarked = "From: nurse@example.com\r\nSubject: Lunch\r\n\r\nAt noon?\r\n";
        try (SmtpClient gateway = SmtpClient.overTls(door.smtpsPort(), issuer.client("gateway"));
                SmtpClient other = door.client()) {
            gateway.begin("nurse@example.com", "patient@example.org");
            assertThat(gateway.data(unmarked)).startsWith("250 2.0.0 Accepted as");
            other.begin("nurse@example.com", "patient@example.org");
            assertThat(other.data(unmarked)).startsWith("550 5.7.1 Not marked");
        }
    }

    @Test
    void anAuthorityIsReadOnceAndNotForEveryMessage() {
        PrivateAuthorities authorities = new PrivateAuthorities(Clock.systemUTC());
        Tenant.ClientAuthority ours = authority(List.of("ours"), NAME);
        assertThat(authorities.of(ours).getFirst()).isSameAs(authorities.of(ours).getFirst());
    }
}
