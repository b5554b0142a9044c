package org.postern.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.crypto.Tokens;
import org.postern.db.Step;
import org.postern.db.store.Tenant;
import org.postern.intake.dns.NameServer;

/// What is asked of mail from a cloud that others share before it is passed on: the secret is
/// enough, and every rule about senders and marks holds as it does for mail that is kept.
class IntakeCloudPassingOnTest {

    private static final String TOKEN = "token-of-256-random-bits";
    private static final String NOT_ALLOWED = "550 5.7.1 Not allowed to send from here";
    private static final String UNMARKED =
            "X-Postern-Connector: "
                    + TOKEN
                    + "\r\nFrom: nurse@example.com\r\nSubject: Lunch\r\n\r\nAt noon?\r\n";
    private static final String MARKED = UNMARKED.replace("Lunch", "[Your results]");

    @TempDir Path folder;
    private final AtomicBoolean diskFails = new AtomicBoolean();
    NameServer names;
    ScriptedHop hop;
    IntakeUnderTest door;
    SmtpClient client;

    @BeforeEach
    void open() throws IOException {
        names = new NameServer();
        hop = new ScriptedHop();
        String digest = Base64.getEncoder().encodeToString(Tokens.hash(TOKEN).toBytes());
        IntakeUnderTest.Setup setup = new IntakeUnderTest.Setup();
        setup.tenants =
                List.of(
                        IntakeUnderTest.clinic(
                                Tenant.Connector.of(
                                                IntakeUnderTest.GATEWAY,
                                                "cloud",
                                                List.of("127.0.0.0/8"))
                                        .withEnvelopeSenderOnly(true)
                                        .withSharedCloud(
                                                new Tenant.SharedCloud(
                                                        List.of("localhost"),
                                                        List.of(digest),
                                                        false))
                                        .withNextHop(hop.address())));
        setup.witnesses = new Witnesses(TestCertificate.authorities(), names.dns());
        setup.steps =
                step -> {
                    if (step == Step.SPOOL_FILE_WRITTEN && diskFails.get()) {
                        throw new UncheckedIOException(new IOException("the disk is gone"));
                    }
                };
        door = new IntakeUnderTest(folder, setup);
        client = SmtpClient.overTls(door.smtpsPort(), TestCertificate.clientWithCertificate());
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        door.close();
        hop.close();
        names.close();
    }

    private String send(String content) throws IOException {
        client.begin("nurse@example.com", "patient@example.org");
        return client.data(content);
    }

    @Test
    void unmarkedMailWithTheSecretGoesOnWhateverItsDomainWishesForStrangers() throws IOException {
        names.text("_dmarc.example.com", "v=DMARC1; p=reject");
        names.text("example.com", "v=spf1 -all");
        assertThat(send(UNMARKED)).isEqualTo("250 2.0.0 queued as 42");
        assertThat(hop.heard()).contains("At noon?").noneMatch(line -> line.contains(TOKEN));
        assertThat(door.spool().files()).isEmpty();
    }

    @Test
    void anEnvelopeSenderOfAnotherDomainIsNotPassedOn() throws IOException {
        assertThat(client.say("MAIL FROM:<nurse@elsewhere.example>")).isEqualTo(NOT_ALLOWED);
        assertThat(hop.heard()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nurse@elsewhere.example",
                "nurse@example.com, chief@elsewhere.example",
                "nurse@sub.example.com"
            })
    void anAuthorOfAnotherDomainIsNotPassedOn(String author) throws IOException {
        assertThat(send(UNMARKED.replace("nurse@example.com", author))).isEqualTo(NOT_ALLOWED);
        assertThat(hop.heard()).doesNotContain("DATA");
    }

    @Test
    void anAutomaticMessageOfAnotherDomainIsNotPassedOn() throws IOException {
        client.begin("", "patient@example.org");
        String automatic = "Auto-Submitted: auto-replied\r\n" + UNMARKED;
        assertThat(client.data(automatic.replace("example.com", "elsewhere.example")))
                .isEqualTo(NOT_ALLOWED);
        client.begin("", "patient@example.org");
        assertThat(client.data(UNMARKED)).isEqualTo(NOT_ALLOWED);
        assertThat(hop.heard()).doesNotContain("DATA");
    }

    @Test
    void markedMailIsSealedAndNoneOfItGoesOn() throws IOException {
        assertThat(send(MARKED)).startsWith("250 2.0.0 Accepted as");
        try (SpoolReader.Opened message = door.spool().only()) {
            assertThat(new String(message.bytes(), UTF_8)).endsWith("At noon?\r\n");
        }
        assertThat(hop.heard()).doesNotContain("DATA").noneMatch(line -> line.contains("noon"));
    }

    @Test
    void markedMailThatCannotBeSealedWaitsAtTheClientAndNoneOfItGoesOn() throws IOException {
        diskFails.set(true);
        assertThat(send(MARKED)).isEqualTo("451 4.3.0 Not accepted, try again later");
        assertThat(hop.heard()).doesNotContain("DATA").noneMatch(line -> line.contains("noon"));
        diskFails.set(false);
        assertThat(send(MARKED)).startsWith("250 2.0.0 Accepted as");
    }
}
