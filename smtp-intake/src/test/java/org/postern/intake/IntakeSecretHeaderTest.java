package org.postern.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.crypto.Tokens;
import org.postern.db.store.Tenant;
import org.postern.intake.dns.NameServer;
import org.slf4j.LoggerFactory;

/// Connectors in a cloud that others share: address, certificate name and secret field together.
class IntakeSecretHeaderTest {

    private static final String NEW = "new-token-of-256-random-bits";
    private static final String OLD = "old-token-of-256-random-bits";
    private static final String MARKED =
            "From: nurse@example.com\r\nSubject: [Your results]\r\n\r\nAll is well.\r\n";
    private static final String UNMARKED = MARKED.replace("[Your results]", "Lunch");
    private static final String NO_SECRET =
            "550 5.7.1 Without the secret field that this organisation's mail carries";

    @TempDir Path folder;
    NameServer names;
    IntakeUnderTest door;
    SmtpClient client;

    @BeforeEach
    void open() throws IOException {
        names = new NameServer();
        open(setup(connector("127.0.0.0/8", "LocalHost")));
    }

    private static Tenant.Connector connector(String range, String name) {
        return Tenant.Connector.of(IntakeUnderTest.GATEWAY, "cloud", List.of(range))
                .withSharedCloud(
                        new Tenant.SharedCloud(
                                List.of("other.example", name),
                                List.of(digest(NEW), digest(OLD)),
                                false));
    }

    private static String digest(String token) {
        return Base64.getEncoder().encodeToString(Tokens.hash(token).toBytes());
    }

    private IntakeUnderTest.Setup setup(Tenant.Connector connector) {
        IntakeUnderTest.Setup setup = new IntakeUnderTest.Setup();
        setup.tenants = List.of(IntakeUnderTest.clinic(connector));
        setup.witnesses = new Witnesses(TestCertificate.authorities(), names.dns());
        return setup;
    }

    private void reopen(Tenant.Connector connector) throws IOException {
        reopen(setup(connector));
    }

    private void reopen(IntakeUnderTest.Setup setup) throws IOException {
        close();
        open(setup);
    }

    private void open(IntakeUnderTest.Setup setup) throws IOException {
        door = new IntakeUnderTest(Files.createTempDirectory(folder, "door"), setup);
        client = SmtpClient.overTls(door.smtpsPort(), TestCertificate.clientWithCertificate());
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        door.close();
    }

    @AfterEach
    void closeNames() throws IOException {
        names.close();
    }

    private String send(String content) throws IOException {
        client.begin("nurse@example.com", "patient@example.org");
        return client.data(content);
    }

    private static String with(String token, String content) {
        return "X-Postern-Connector: " + token + "\r\n" + content;
    }

    @ParameterizedTest
    @ValueSource(strings = {NEW, OLD})
    void eitherOfTwoSecretsIsEnoughAndNeitherIsSealed(String token) throws IOException {
        assertThat(send(with(token, MARKED))).startsWith("250 2.0.0 Accepted as");
        try (SpoolReader.Opened message = door.spool().only()) {
            assertThat(new String(message.bytes(), UTF_8))
                    .contains("All is well.")
                    .doesNotContain(token)
                    .doesNotContain("X-Postern-Connector");
        }
    }

    @Test
    void theFieldMayBeFoldedAndWrittenInAnyCase() throws IOException {
        assertThat(send("x-postern-CONNECTOR:\r\n\t" + NEW + " \r\n" + MARKED)).startsWith("250");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "new-token-of-256-random-bitS"})
    void anotherSecretIsNotEnough(String token) throws IOException {
        assertThat(send(with(token, MARKED))).isEqualTo(NO_SECRET);
        assertThat(door.spool().files()).isEmpty();
    }

    @Test
    void withoutTheFieldMailIsRefusedAndSoIsItsDigest() throws IOException {
        assertThat(send(MARKED)).isEqualTo(NO_SECRET);
        assertThat(send(with(digest(NEW), MARKED))).isEqualTo(NO_SECRET);
    }

    @Test
    void theSecretDoesNotReplaceTheCertificate() throws IOException {
        client.close();
        client = door.client();
        assertThat(client.say("MAIL FROM:<nurse@example.com>"))
                .isEqualTo("550 5.7.1 Not allowed to send from here");
    }

    @Test
    void aCertificateForAnotherNameIsNotEnough() throws IOException {
        reopen(connector("127.0.0.0/8", "cloud.example"));
        assertThat(client.say("MAIL FROM:<nurse@example.com>"))
                .isEqualTo("550 5.7.1 Not allowed to send from here");
    }

    @Test
    void anAddressOutsideTheRangesIsNotEnough() throws IOException {
        reopen(connector("192.0.2.0/24", "localhost"));
        assertThat(client.say("MAIL FROM:<nurse@example.com>"))
                .isEqualTo("550 5.7.1 Not allowed to send from here");
    }

    @Test
    void aCertificateThatNoAuthorityVouchesForProvesNoName() throws IOException {
        IntakeUnderTest.Setup setup = new IntakeUnderTest.Setup();
        setup.tenants = List.of(IntakeUnderTest.clinic(connector("127.0.0.0/8", "localhost")));
        reopen(setup);
        assertThat(client.say("MAIL FROM:<nurse@example.com>"))
                .isEqualTo("550 5.7.1 Not allowed to send from here");
    }

    @Test
    void theFromFieldCountsEvenIfTheConnectorIsSaidToJudgeTheEnvelopeAlone() throws IOException {
        reopen(connector("127.0.0.0/8", "localhost").withEnvelopeSenderOnly(true));
        assertThat(send(with(NEW, MARKED.replace("example.com", "elsewhere.example"))))
                .isEqualTo("550 5.7.1 Not allowed to send from here");
    }

    @Test
    void unmarkedMailGoesOnWithoutTheSecretAndOnlyIfItHadIt() throws IOException {
        try (ScriptedHop hop = new ScriptedHop()) {
            reopen(connector("127.0.0.0/8", "localhost").withNextHop(hop.address()));
            assertThat(send(UNMARKED)).isEqualTo(NO_SECRET);
            assertThat(send(with(NEW, UNMARKED))).isEqualTo("250 2.0.0 queued as 42");
            assertThat(hop.heard())
                    .contains("Subject: Lunch")
                    .noneMatch(line -> line.contains(NEW) || line.contains("X-Postern"));
        }
    }

    @Test
    void noSecretIsEverLogged() throws IOException {
        Logger root = (Logger) LoggerFactory.getLogger("org.postern");
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        Level before = root.getLevel();
        root.setLevel(Level.TRACE);
        root.addAppender(lines);
        try {
            send(with(NEW, MARKED));
            send(with("wrong-" + NEW, MARKED));
        } finally {
            root.detachAppender(lines);
            root.setLevel(before);
        }
        assertThat(lines.list)
                .isNotEmpty()
                .noneMatch(line -> line.getFormattedMessage().contains("token-of"));
    }
}
