package org.postern.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.crypto.Tokens;
import org.postern.db.store.MailRules;
import org.postern.db.store.Tenant;
import org.postern.intake.dkim.TestSigner;
import org.postern.intake.dns.NameServer;

/// Connectors in a cloud that others share, known by the organisation's own signature.
class IntakeDkimTest {

    private static final String TOKEN = "token-of-256-random-bits";
    private static final String NOT_SIGNED =
            "550 5.7.22 No valid DKIM signature of the author's domain";
    private static final String LATER =
            "451 4.4.3 The sender cannot be verified now, try again later";
    private static final String BODY = "All is well. ".repeat(70) + "\r\n";

    @TempDir Path folder;
    NameServer names;
    IntakeUnderTest door;
    SmtpClient client;

    @BeforeEach
    void open() throws IOException {
        names = new NameServer();
        for (String domain : List.of("example.com", "other.example", "sub.example.com")) {
            names.text("test._domainkey." + domain, TestSigner.record());
        }
        open(List.of(), true);
    }

    private void open(List<String> secrets, boolean alignedDkim) throws IOException {
        Tenant.Connector connector =
                Tenant.Connector.of(IntakeUnderTest.GATEWAY, "cloud", List.of("127.0.0.0/8"))
                        .withSharedCloud(
                                new Tenant.SharedCloud(List.of("localhost"), secrets, alignedDkim));
        IntakeUnderTest.Setup setup = new IntakeUnderTest.Setup();
        setup.tenants =
                List.of(
                        new Tenant(
                                IntakeUnderTest.CLINIC,
                                "Example Clinic",
                                "localhost",
                                Optional.of(IntakeUnderTest.SUFFIX),
                                List.of("example.com", "ward.example.com", "example.org"),
                                List.of(connector),
                                MailRules.DEFAULT));
        setup.witnesses = new Witnesses(TestCertificate.authorities(), names.dns());
        door = new IntakeUnderTest(Files.createTempDirectory(folder, "door"), setup);
        client = SmtpClient.overTls(door.smtpsPort(), TestCertificate.clientWithCertificate());
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        door.close();
        names.close();
    }

    private static String mail(String from) {
        return "From: " + from + "\r\nSubject: [Your results]\r\n\r\n" + BODY;
    }

    private String send(String content) throws IOException {
        client.begin("nurse@example.com", "patient@example.org");
        return client.data(content);
    }

    @Test
    void aMessageThatTheAuthorsDomainSignedIsTaken() throws IOException {
        assertThat(send(TestSigner.sign("example.com", mail("nurse@example.com"))))
                .startsWith("250 2.0.0 Accepted as");
        try (SpoolReader.Opened message = door.spool().only()) {
            assertThat(new String(message.bytes(), UTF_8))
                    .contains("DKIM-Signature: ")
                    .endsWith(BODY);
        }
    }

    @Test
    void aSignatureOfADomainAboveTheAuthorsIsEnough() throws IOException {
        assertThat(send(TestSigner.sign("example.com", mail("nurse@ward.example.com"))))
                .startsWith("250");
    }

    @Test
    void withoutASignatureNothingOfTheMessageRemains() throws IOException {
        assertThat(send(mail("nurse@example.com"))).isEqualTo(NOT_SIGNED);
        assertThat(door.spool().files()).isEmpty();
        assertThat(client.say("NOOP")).startsWith("250");
    }

    @Test
    void aBodyThatWasChangedIsFoundAtItsEndAndNothingRemains() throws IOException {
        String signed = TestSigner.sign("example.com", mail("nurse@example.com"));
        assertThat(send(signed + "One more line.\r\n")).isEqualTo(NOT_SIGNED);
        assertThat(door.spool().files()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"other.example", "sub.example.com"})
    void aSignatureOfADomainThatIsNotVerifiedIsNotEnough(String signer) throws IOException {
        assertThat(send(TestSigner.sign(signer, mail("nurse@example.com")))).isEqualTo(NOT_SIGNED);
    }

    @Test
    void aSignatureOfAnotherDomainOfTheOrganisationIsNotEnough() throws IOException {
        assertThat(send(TestSigner.sign("example.com", mail("nurse@example.org"))))
                .isEqualTo(NOT_SIGNED);
    }

    @Test
    void everyAuthorsDomainMustHaveSigned() throws IOException {
        String both = mail("nurse@example.com, doctor@example.org");
        assertThat(send(TestSigner.sign("example.com", both))).isEqualTo(NOT_SIGNED);
    }

    @Test
    void aSignatureThatFitsIsEnoughBesideOneThatDoesNot() throws IOException {
        String other = TestSigner.sign("other.example", mail("nurse@example.com"));
        String signed = TestSigner.sign("example.com", mail("nurse@example.com"));
        String theirs = other.substring(0, other.indexOf("From:")).replace("bh=", "bh=AAAA");
        assertThat(send(theirs + signed)).startsWith("250");
    }

    @ParameterizedTest
    @ValueSource(strings = {"SILENT", "SERVFAIL", "WRONG_QUESTION", "GARBAGE"})
    void aNameServerThatCannotSayMakesTheMailWait(NameServer.Behaviour behaviour)
            throws IOException {
        names.behave("test._domainkey.example.com", behaviour);
        String signed = TestSigner.sign("example.com", mail("nurse@example.com"));
        assertThat(send(signed)).isEqualTo(LATER);
        assertThat(door.spool().files()).isEmpty();
        names.behave("test._domainkey.example.com", NameServer.Behaviour.HONEST);
        assertThat(send(signed)).startsWith("250");
    }

    @Test
    void aNameServerThatSaysThereIsNoKeyIsFinal() throws IOException {
        names.forget("test._domainkey.example.com");
        assertThat(send(TestSigner.sign("example.com", mail("nurse@example.com"))))
                .isEqualTo(NOT_SIGNED);
    }

    @Test
    void aStrangersNameServerCannotMakeUnsignedMailWait() throws IOException {
        names.behave("test._domainkey.other.example", NameServer.Behaviour.SERVFAIL);
        assertThat(send(TestSigner.sign("other.example", mail("nurse@example.com"))))
                .isEqualTo(NOT_SIGNED);
    }

    @Test
    void theSecretIsEnoughWhereBothAreProof() throws IOException {
        client.close();
        door.close();
        open(List.of(Base64.getEncoder().encodeToString(Tokens.hash(TOKEN).toBytes())), true);
        assertThat(send("X-Postern-Connector: " + TOKEN + "\r\n" + mail("nurse@example.com")))
                .startsWith("250");
        assertThat(send(TestSigner.sign("example.com", mail("nurse@example.com"))))
                .startsWith("250");
        assertThat(send(mail("nurse@example.com"))).isEqualTo(NOT_SIGNED);
    }

    @Test
    void contentInChunksIsDecidedAtItsEndToo() throws IOException {
        String signed = TestSigner.sign("example.com", mail("nurse@example.com"));
        for (String content : List.of(signed, signed.replace("All is well", "All is ill"))) {
            client.begin("nurse@example.com", "patient@example.org");
            client.send("BDAT 700\r\n" + content.substring(0, 700));
            assertThat(client.reply()).startsWith("250");
            String rest = content.substring(700);
            client.send("BDAT " + rest.length() + " LAST\r\n" + rest);
            assertThat(client.reply()).startsWith(content.equals(signed) ? "250" : "550 5.7.22");
        }
    }
}
