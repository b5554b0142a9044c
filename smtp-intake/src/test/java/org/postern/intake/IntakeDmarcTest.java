package org.postern.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.crypto.Tokens;
import org.postern.db.store.MailRules;
import org.postern.db.store.Tenant;
import org.postern.intake.dkim.TestSigner;
import org.postern.intake.dns.NameServer;
import org.xbill.DNS.Type;

/// What domains wish for mail in their name, at a connector of a cloud that others share.
class IntakeDmarcTest {

    private static final String TOKEN = "token-of-256-random-bits";
    private static final String REFUSED =
            "550 5.7.26 The author's domain refuses mail that it has not sent";
    private static final String LATER =
            "451 4.4.3 The sender cannot be verified now, try again later";

    @TempDir Path folder;
    NameServer names;
    IntakeUnderTest door;
    SmtpClient client;

    @BeforeEach
    void open() throws IOException {
        names = new NameServer();
        for (String domain : List.of("example.com", "a.example.com")) {
            names.text("test._domainkey." + domain, TestSigner.record());
        }
        Tenant.SharedCloud cloud =
                new Tenant.SharedCloud(
                        List.of("localhost"),
                        List.of(Base64.getEncoder().encodeToString(Tokens.hash(TOKEN).toBytes())),
                        true);
        IntakeUnderTest.Setup setup = new IntakeUnderTest.Setup();
        setup.tenants =
                List.of(
                        new Tenant(
                                IntakeUnderTest.CLINIC,
                                "Example Clinic",
                                "localhost",
                                Optional.empty(),
                                List.of("example.com", "a.example.com", "b.example.com"),
                                List.of(
                                        Tenant.Connector.of(
                                                        IntakeUnderTest.GATEWAY,
                                                        "cloud",
                                                        List.of("127.0.0.0/8"))
                                                .withSharedCloud(cloud)),
                                MailRules.DEFAULT));
        setup.witnesses = new Witnesses(TestCertificate.authorities(), names.dns());
        door = new IntakeUnderTest(folder, setup);
        client = SmtpClient.overTls(door.smtpsPort(), TestCertificate.clientWithCertificate());
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        door.close();
        names.close();
    }

    private static String mail(String domain) {
        return "From: nurse@" + domain + "\r\nSubject: [Your results]\r\n\r\nAll is well.\r\n";
    }

    private static String signed(String signer, String author) {
        return TestSigner.sign(signer, mail(author));
    }

    private String send(String reversePath, String content) throws IOException {
        client.begin(reversePath, "patient@example.org");
        return client.data(content);
    }

    /// Proven by a signature of another name of the organisation than the author's, so that the
    /// domain's wish alone decides.
    private String send() throws IOException {
        return send("nurse@example.com", signed("a.example.com", "example.com"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "v=DMARC1; p=reject; adkim=s | false",
                "v=DMARC1;p=quarantine; adkim=s; rua=mailto:x@example.com | false",
                "v=DMARC1; p=reject | true",
                "v=DMARC1; p=none; adkim=s | true",
                "v=DMARC1; p=reject; adkim=s; t=y | true",
                "v=DMARC2; p=reject; adkim=s | true",
                "p=reject; adkim=s; v=DMARC1 | true",
                "v=spf1 -all | true"
            })
    void theDomainsWishDecidesWhatNothingElseShows(String record, boolean taken)
            throws IOException {
        names.text("_dmarc.example.com", record);
        String reply = send();
        if (taken) {
            assertThat(reply).startsWith("250");
        } else {
            assertThat(reply).isEqualTo(REFUSED);
            assertThat(door.spool().files()).isEmpty();
        }
    }

    @Test
    void aSignatureOrTheAddressShowsWhoseMailItIs() throws IOException {
        names.text("_dmarc.example.com", "v=DMARC1; p=reject; adkim=s");
        assertThat(send("nurse@example.com", signed("example.com", "example.com")))
                .startsWith("250");
        assertThat(send()).isEqualTo(REFUSED);
        names.text("a.example.com", "v=spf1 ip4:127.0.0.1 -all");
        assertThat(send("nurse@a.example.com", signed("a.example.com", "example.com")))
                .startsWith("250");
    }

    @Test
    void strictAlignmentWantsTheVeryDomain() throws IOException {
        names.text("_dmarc.example.com", "v=DMARC1; p=reject; aspf=s; adkim=s");
        names.text("a.example.com", "v=spf1 ip4:127.0.0.1 -all");
        assertThat(send("nurse@a.example.com", signed("example.com", "a.example.com")))
                .startsWith("250");
        assertThat(send("nurse@a.example.com", signed("example.com", "b.example.com")))
                .isEqualTo(REFUSED);
        assertThat(send("nurse@b.example.com", signed("example.com", "b.example.com")))
                .isEqualTo(REFUSED);
    }

    @Test
    void aSubdomainIsUnderTheOrganisationsPolicyForSubdomains() throws IOException {
        names.text("_dmarc.example.com", "v=DMARC1; p=reject; sp=none; adkim=s");
        assertThat(send("nurse@a.example.com", signed("example.com", "a.example.com")))
                .startsWith("250");
        assertThat(send()).isEqualTo(REFUSED);
    }

    @Test
    void domainsOfOneSuffixAreStrangersIfTheSuffixSaysItIsOne() throws IOException {
        names.text("_dmarc.example.com", "v=DMARC1; p=reject; psd=y");
        names.text("a.example.com", "v=spf1 ip4:127.0.0.1 -all");
        assertThat(send("nurse@a.example.com", signed("example.com", "b.example.com")))
                .isEqualTo(REFUSED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"SILENT", "SERVFAIL"})
    void aPolicyThatCannotBeReadMakesTheMailWait(NameServer.Behaviour behaviour)
            throws IOException {
        names.behave("_dmarc.example.com", behaviour);
        assertThat(send()).isEqualTo(LATER);
        assertThat(door.spool().files()).isEmpty();
    }

    @Test
    void spfThatCannotBeReadIsNoPermanentFailure() throws IOException {
        names.text("_dmarc.example.com", "v=DMARC1; p=reject; adkim=s");
        names.text("example.com", "v=spf1 include:spf.cloud.example -all");
        names.behave("spf.cloud.example", NameServer.Behaviour.SERVFAIL);
        assertThat(send()).isEqualTo(LATER);
        names.behave("spf.cloud.example", NameServer.Behaviour.HONEST);
        names.text("spf.cloud.example", "v=spf1 ip4:127.0.0.0/8 -all");
        assertThat(send()).startsWith("250");
    }

    @Test
    void theSecretIsEnoughWhateverTheDomainWishesForStrangers() throws IOException {
        names.text("_dmarc.example.com", "v=DMARC1; p=reject");
        names.text("example.com", "v=spf1 -all");
        String secret = "X-Postern-Connector: " + TOKEN + "\r\n";
        assertThat(send("nurse@example.com", secret + mail("example.com"))).startsWith("250");
        String forwarded = signed("example.com", "example.com") + "Sent on by a mailing list.\r\n";
        assertThat(send("nurse@example.com", secret + forwarded)).startsWith("250");
        assertThat(send("nurse@example.com", forwarded)).startsWith("550 5.7.22");
    }

    @Test
    void besideTheSecretNoNameServerMakesMailWait() throws IOException {
        names.behave("_dmarc.example.com", NameServer.Behaviour.SERVFAIL);
        names.behave("test._domainkey.example.com", NameServer.Behaviour.SERVFAIL);
        assertThat(
                        send(
                                "nurse@example.com",
                                "X-Postern-Connector: "
                                        + TOKEN
                                        + "\r\n"
                                        + signed("example.com", "example.com")))
                .startsWith("250");
    }

    @ParameterizedTest
    @CsvSource({
        "v=spf1 ip4:127.0.0.0/8 -all, pass",
        "v=spf1 a:mx.cloud.example -all, pass",
        "v=spf1 mx -all, pass",
        "v=spf1 ip4:192.0.2.0/24 -all, fail",
        "v=spf1 ip4:192.0.2.0/24 ~all, softfail",
        "v=spf1 ?all, neutral",
        "v=spf1 nonsense:x -all, permerror",
        "words, none"
    })
    void theReaderIsToldWhatSpfSaysAndNobodyElseSpeaksInOurName(String record, String result)
            throws IOException {
        names.text("example.com", record);
        names.publish("example.com", Type.MX, 300, "10 mx.cloud.example.");
        names.publish("mx.cloud.example", Type.A, 300, "127.0.0.1");
        assertThat(
                        send(
                                "nurse@example.com",
                                "Authentication-Results: MX.example.net; dkim=pass\r\n"
                                        + "Authentication-Results: cloud.example; dkim=pass\r\n"
                                        + signed("example.com", "example.com")))
                .startsWith("250");
        try (SpoolReader.Opened message = door.spool().only()) {
            assertThat(new String(message.bytes(), UTF_8))
                    .startsWith(
                            "Authentication-Results: mx.example.net;\r\n\tspf="
                                    + result
                                    + " smtp.mailfrom=example.com\r\nReceived: ")
                    .contains("Authentication-Results: cloud.example; dkim=pass")
                    .doesNotContain("MX.example.net");
        }
    }
}
