package org.postern.intake;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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
import org.junit.jupiter.params.provider.CsvSource;
import org.postern.crypto.Tokens;
import org.postern.db.store.Tenant;
import org.postern.intake.dkim.TestSigner;
import org.postern.intake.dns.NameServer;

/// A connector in a cloud that others share which carries all outgoing mail and is known by the
/// organisation's signature: unmarked mail goes on when its end has shown whose it is.
class IntakeSignedPassingOnTest {

    private static final String TOKEN = "token-of-256-random-bits";
    private static final String KEY = "test._domainkey.example.com";
    private static final String UNMARKED =
            String.join(
                    "\r\n",
                    "Received: from elsewhere",
                    "X-Postern-Expires: P1D",
                    "From: nurse@example.com",
                    "Subject: Lunch",
                    "",
                    ".starts with a dot",
                    "At noon?",
                    "");
    private static final String MARKED = UNMARKED.replace("Lunch", "[Your results]");

    @TempDir Path folder;
    NameServer names;
    ScriptedHop hop;
    IntakeUnderTest door;
    SmtpClient client;

    @BeforeEach
    void open() throws IOException {
        names = new NameServer();
        names.text(KEY, TestSigner.record());
        hop = new ScriptedHop();
        open(List.of());
    }

    private void open(List<String> secrets) throws IOException {
        IntakeUnderTest.Setup setup = new IntakeUnderTest.Setup();
        setup.tenants =
                List.of(
                        IntakeUnderTest.clinic(
                                Tenant.Connector.of(
                                                IntakeUnderTest.GATEWAY,
                                                "cloud",
                                                List.of("127.0.0.0/8"))
                                        .withSharedCloud(
                                                new Tenant.SharedCloud(
                                                        List.of("localhost"), secrets, true))
                                        .withNextHop(hop.address())));
        setup.witnesses = new Witnesses(TestCertificate.authorities(), names.dns());
        door = new IntakeUnderTest(Files.createTempDirectory(folder, "door"), setup);
        client = SmtpClient.overTls(door.smtpsPort(), TestCertificate.clientWithCertificate());
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        door.close();
        hop.close();
        names.close();
    }

    private static String signed(String content) {
        return TestSigner.sign("example.com", content);
    }

    private String send(String content) throws IOException {
        client.begin("nurse@example.com", "patient@example.org");
        return client.data(content.replace("\r\n.", "\r\n.."));
    }

    /// What the next hop took for content, less our Received field.
    private String passedOn() {
        List<String> heard = hop.heard();
        List<String> lines =
                heard.subList(heard.lastIndexOf("DATA") + 1, heard.lastIndexOf(ScriptedHop.END));
        assertThat(lines.getFirst()).startsWith("Received: from client.example");
        return String.join("\r\n", lines.subList(4, lines.size())) + "\r\n";
    }

    private void assertNothingWentOn() {
        assertThat(hop.heard())
                .contains("RCPT TO:<patient@example.org>")
                .doesNotContain("DATA")
                .noneMatch(line -> line.contains("noon"));
        assertThat(door.spool().files()).isEmpty();
    }

    @Test
    void unmarkedMailWithAValidSignatureGoesOnByteForByteAndNothingIsKept() throws IOException {
        String content = signed(UNMARKED);
        assertThat(send(content)).isEqualTo("250 2.0.0 queued as 42");
        assertThat(passedOn())
                .isEqualTo(
                        content.replace("X-Postern-Expires: P1D\r\n", "")
                                .replace("\r\n.", "\r\n.."));
        assertThat(door.spool().files()).isEmpty();
        assertThat(door.spoolItself().waiting()).isZero();
    }

    @Test
    void aBodyThatWasChangedIsRefusedAndTheNextHopHearsNothingOfIt() throws IOException {
        assertThat(send(signed(UNMARKED) + "One more line.\r\n"))
                .isEqualTo("550 5.7.22 No valid DKIM signature of the author's domain");
        assertNothingWentOn();
    }

    @Test
    void withoutASignatureNothingGoesOn() throws IOException {
        assertThat(send(UNMARKED)).startsWith("550 5.7.22");
        assertNothingWentOn();
    }

    @Test
    void whatTheAuthorsDomainWouldNotHaveDeliveredDoesNotGoOn() throws IOException {
        names.text("test._domainkey.ward.example.com", TestSigner.record());
        names.text("_dmarc.example.com", "v=DMARC1; p=reject; adkim=s");
        assertThat(send(TestSigner.sign("ward.example.com", UNMARKED))).startsWith("550 5.7.26");
        assertNothingWentOn();
    }

    @Test
    void aNameServerThatCannotSayMakesUnmarkedMailWait() throws IOException {
        names.behave(KEY, NameServer.Behaviour.SERVFAIL);
        assertThat(send(signed(UNMARKED))).startsWith("451 4.4.3");
        assertNothingWentOn();
        names.behave(KEY, NameServer.Behaviour.HONEST);
        assertThat(send(signed(UNMARKED))).startsWith("250");
    }

    @ParameterizedTest
    @CsvSource({
        "MAIL, 451 4.3.0 later, 451 4.3.0 later",
        "RCPT, 450 4.2.0 greylisted, 450 4.2.0 greylisted",
        "DATA, 554 5.5.0 No, 554 5.5.0 No",
        "., 452 4.3.1 full, 452 4.3.1 full",
        "., 554 5.7.1 spam, 554 5.7.1 spam",
        "DATA, hang up, '451 4.3.0 Not accepted, try again later'",
        "., hang up, '451 4.3.0 Not accepted, try again later'"
    })
    void whatTheNextHopSaysOfProvenMailIsOurReply(String where, String reply, String ours)
            throws IOException {
        hop.answer(where, reply);
        assertThat(send(signed(UNMARKED))).isEqualTo(ours);
        assertThat(door.spool().files()).isEmpty();
        assertThat(client.say("NOOP")).startsWith("250");
    }

    @Test
    void unprovenMailIsRefusedWhateverTheNextHopDoes() throws IOException {
        hop.answer("MAIL", "451 4.3.0 later");
        assertThat(send(UNMARKED)).startsWith("550 5.7.22");
    }

    @Test
    void markedMailIsSealedAndNeverGoesOn() throws IOException {
        assertThat(send(signed(MARKED))).startsWith("250 2.0.0 Accepted as");
        assertThat(send(MARKED)).startsWith("550 5.7.22");
        assertThat(hop.heard()).doesNotContain("DATA").noneMatch(line -> line.contains("noon"));
        try (SpoolReader.Opened message = door.spool().only()) {
            assertThat(new String(message.bytes(), UTF_8)).endsWith("At noon?\r\n");
        }
    }

    @Test
    void theSecretProvesItBeforeTheBodyComes() throws IOException {
        client.close();
        door.close();
        open(List.of(Base64.getEncoder().encodeToString(Tokens.hash(TOKEN).toBytes())));
        assertThat(send("X-Postern-Connector: " + TOKEN + "\r\n" + UNMARKED))
                .isEqualTo("250 2.0.0 queued as 42");
        assertThat(send(signed(UNMARKED))).isEqualTo("250 2.0.0 queued as 42");
        assertThat(hop.heard()).noneMatch(line -> line.contains(TOKEN));
    }

    @Test
    void aLargeMessageWaitsSealedAndGoesOnWhole() throws IOException {
        StringBuilder body = new StringBuilder();
        while (body.length() < 9 << 20) {
            body.append(".from ").append(body.length()).append(" a canary".repeat(900));
            body.append("\r\n");
        }
        String content = signed("From: nurse@example.com\r\nSubject: Plans\r\n\r\n" + body);
        String onTheWire = content.replace("\r\n.", "\r\n..");
        client.begin("nurse@example.com", "patient@example.org");
        client.say("DATA");
        client.send(onTheWire);

        // All but the end has come: it lies sealed in the spool, and the next hop has none of it.
        await().until(() -> sizeOf(onlyFile()) > 8 << 20);
        assertThat(new String(Files.readAllBytes(onlyFile()), ISO_8859_1))
                .doesNotContain("canary")
                .doesNotContain("example")
                .doesNotContain("Plans");
        assertThat(hop.heard()).doesNotContain("DATA");

        client.send(".\r\n");
        assertThat(client.reply()).isEqualTo("250 2.0.0 queued as 42");
        assertThat(passedOn()).isEqualTo(onTheWire);
        assertThat(door.spool().files()).isEmpty();
    }

    private Path onlyFile() {
        return door.spool().folder().resolve(door.spool().files().getFirst());
    }

    private static long sizeOf(Path file) {
        return file.toFile().length();
    }

    @Test
    void contentInChunksGoesOnAtItsEndToo() throws IOException {
        String content = signed(UNMARKED);
        client.begin("nurse@example.com", "patient@example.org");
        client.send("BDAT 300\r\n" + content.substring(0, 300));
        assertThat(client.reply()).startsWith("250");
        assertThat(hop.heard()).doesNotContain("DATA");
        String rest = content.substring(300);
        client.send("BDAT " + rest.length() + " LAST\r\n" + rest);
        assertThat(client.reply()).isEqualTo("250 2.0.0 queued as 42");
        assertThat(hop.heard()).contains("..starts with a dot").endsWith("At noon?", ".");
    }

    @Test
    void aClientThatGoesAwayBeforeTheEndLeavesNothing() throws IOException {
        client.begin("nurse@example.com", "patient@example.org");
        client.say("DATA");
        client.send(signed(UNMARKED));
        client.close();
        await().until(() -> door.spool().files().isEmpty() && door.intake().connections() == 0);
        assertThat(hop.heard()).doesNotContain("DATA");
    }

    @Test
    void malformedLinesNeverReachTheNextHop() throws IOException {
        assertThat(send(signed(UNMARKED) + "bare\nLF\r\n")).startsWith("521 5.5.2");
        assertNothingWentOn();
    }
}
