package org.postern.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.db.store.Tenant;

/// A connector that carries all outgoing mail: what is marked is sealed, what is not goes on.
class IntakePassingOnTest {

    private static final String UNMARKED =
            String.join(
                    "\r\n",
                    "Received: from elsewhere",
                    "From: nurse@example.com",
                    "X-Postern-Expires: P1D",
                    "Subject: Lunch",
                    "",
                    "..starts with a dot",
                    "At noon?",
                    "");
    private static final String MARKED =
            "From: nurse@example.com\r\nSubject: [Your results]\r\n\r\nSecret words.\r\n";

    @TempDir Path folder;
    ScriptedHop hop;
    IntakeUnderTest door;
    SmtpClient client;

    @BeforeEach
    void open() throws IOException {
        hop = new ScriptedHop();
        IntakeUnderTest.Setup setup = new IntakeUnderTest.Setup();
        setup.tenants =
                List.of(
                        IntakeUnderTest.clinic(
                                Tenant.Connector.of(
                                                IntakeUnderTest.GATEWAY,
                                                "smarthost",
                                                List.of("127.0.0.0/8"))
                                        .withNextHop(hop.address())));
        door = new IntakeUnderTest(folder, setup);
        client = door.client();
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        door.close();
        hop.close();
    }

    private String send(String content) throws IOException {
        client.begin("nurse@example.com", "patient@example.org");
        return client.data(content);
    }

    @Test
    void unmarkedMailGoesOnUnderTlsWithoutOurFields() throws IOException {
        assertThat(send(UNMARKED)).isEqualTo("250 2.0.0 queued as 42");
        assertThat(hop.heardInClear()).containsExactly("EHLO mx.example.net", "STARTTLS");
        assertThat(hop.heard().subList(0, 4))
                .containsExactly(
                        "EHLO mx.example.net",
                        "MAIL FROM:<nurse@example.com>",
                        "RCPT TO:<patient@example.org>",
                        "DATA");
        assertThat(hop.heard().get(4)).startsWith("Received: from client.example");
        assertThat(hop.heard().subList(8, hop.heard().size()))
                .containsExactly(
                        "Received: from elsewhere",
                        "From: nurse@example.com",
                        "Subject: Lunch",
                        "",
                        "..starts with a dot",
                        "At noon?",
                        ".");
        assertThat(door.spool().files()).isEmpty();
    }

    @Test
    void markedMailIsSealedAndNoneOfItGoesOn() throws IOException {
        assertThat(send(MARKED)).startsWith("250 2.0.0 Accepted as");
        try (SpoolReader.Opened message = door.spool().only()) {
            assertThat(new String(message.bytes(), UTF_8)).contains("Secret words.");
        }
        assertThat(hop.heard()).noneMatch(line -> line.equals("DATA") || line.contains("Secret"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"EHLO", "STARTTLS", "MAIL", "RCPT"})
    void markedMailIsSealedWhateverTheNextHopDoes(String where) throws IOException {
        for (String reply : List.of("451 4.3.0 later", ScriptedHop.HANG_UP)) {
            hop.answer(where, reply);
            assertThat(send(MARKED)).startsWith("250 2.0.0 Accepted as");
        }
        assertThat(door.spool().files()).hasSize(2);
        assertThat(hop.heard()).noneMatch(line -> line.contains("Secret"));
    }

    @Test
    void anAddressWithOurSuffixIsNotAskedForThereAndSealsTheWholeMessage() throws IOException {
        client.begin(
                "nurse@example.com",
                "first@example.org",
                "patient@example.org.encrypt.example.net");
        assertThat(client.data(UNMARKED)).startsWith("250 2.0.0 Accepted as");
        assertThat(hop.heard())
                .contains("RCPT TO:<first@example.org>")
                .noneMatch(line -> line.contains("patient"))
                .doesNotContain("DATA");
    }

    @ParameterizedTest
    @CsvSource({
        "EHLO, 451 4.3.0 later",
        "STARTTLS, 454 4.7.0 no",
        "MAIL, 451 4.3.0 later",
        "RCPT, 450 4.2.0 greylisted",
        "DATA, 451 4.3.0 later",
        "., 451 4.3.0 later",
        "EHLO, hang up",
        "STARTTLS, hang up",
        "MAIL, hang up",
        "RCPT, hang up",
        "DATA, hang up",
        "., hang up"
    })
    void unmarkedMailWaitsAtTheClientWhileTheNextHopCannotTakeIt(String where, String reply)
            throws IOException {
        hop.answer(where, reply);
        assertThat(send(UNMARKED)).startsWith("45");
        assertThat(door.spool().files()).isEmpty();
        assertThat(client.say("NOOP")).startsWith("250");
    }

    @Test
    void aNextHopThatIsNotThereMakesMailWait() throws IOException {
        hop.close();
        await().until(() -> !answers(hop.address()));
        assertThat(send(UNMARKED)).isEqualTo("451 4.3.0 Not accepted, try again later");
    }

    @Test
    void aRecipientRefusedThereForGoodIsRefusedHere() throws IOException {
        hop.answer("RCPT TO:<gone@", "550 5.1.1 No such user");
        client.begin("nurse@example.com");
        assertThat(client.say("RCPT TO:<gone@example.org>")).isEqualTo("550 5.1.1 No such user");
        assertThat(client.say("RCPT TO:<patient@example.org>")).startsWith("250");
        assertThat(client.data(UNMARKED)).startsWith("250 2.0.0 queued");
    }

    @ParameterizedTest
    @CsvSource({"MAIL, 550 5.7.1 You may not", "DATA, 554 5.5.0 No", "., 552 5.3.4 Too big"})
    void aMessageRefusedThereForGoodIsRefusedHere(String where, String reply) throws IOException {
        hop.answer(where, reply);
        assertThat(send(UNMARKED)).isEqualTo(reply);
    }

    @Test
    void malformedLinesNeverReachTheNextHopsEnd() throws IOException {
        client.begin("nurse@example.com", "patient@example.org");
        assertThat(client.data(UNMARKED + "bare\nLF\r\n")).startsWith("521 5.5.2");
        assertThat(hop.heard()).doesNotContain(".").noneMatch(line -> line.contains("bare"));
    }

    @Test
    void parametersGoOnWhereTheyAreUnderstood() throws IOException {
        client.say(
                "MAIL FROM:<nurse@example.com> SIZE=500 BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=Q1");
        client.say("RCPT TO:<patient@example.org> NOTIFY=FAILURE ORCPT=rfc822;p@example.org");
        assertThat(client.data(UNMARKED)).startsWith("250");
        assertThat(hop.heard())
                .contains(
                        "MAIL FROM:<nurse@example.com> SIZE=500 BODY=8BITMIME SMTPUTF8 RET=HDRS"
                                + " ENVID=Q1",
                        "RCPT TO:<patient@example.org> NOTIFY=FAILURE"
                                + " ORCPT=rfc822;p@example.org");
    }

    @Test
    void whatTheNextHopCannotTakeIsSaid() throws IOException {
        hop.offer("250 STARTTLS");
        client.say("MAIL FROM:<nurse@example.com> SIZE=500 BODY=8BITMIME");
        client.say("RCPT TO:<patient@example.org>");
        assertThat(client.data(UNMARKED)).startsWith("554 5.6.3");
        client.say("MAIL FROM:<nurse@example.com> SMTPUTF8");
        client.say("RCPT TO:<patient@example.org>");
        assertThat(client.data(UNMARKED)).startsWith("550 5.6.7");
        client.say("MAIL FROM:<nurse@example.com> SIZE=500 RET=FULL");
        client.say("RCPT TO:<patient@example.org> NOTIFY=NEVER");
        assertThat(client.data(UNMARKED)).startsWith("250");
        assertThat(hop.heard())
                .contains("MAIL FROM:<nurse@example.com>", "RCPT TO:<patient@example.org>");
    }

    @Test
    void aMessageThatRequiresTlsGoesOnOnlyWhereThatIsUnderstood() throws IOException {
        client.say("MAIL FROM:<nurse@example.com> REQUIRETLS");
        assertThat(client.say("RCPT TO:<patient@example.org>")).startsWith("250");
        assertThat(client.data(UNMARKED)).isEqualTo("550 5.7.30 REQUIRETLS support required");
        assertThat(hop.heard())
                .noneMatch(line -> line.startsWith("MAIL") || line.contains("At noon?"));

        hop.offer("250-STARTTLS\r\n250 REQUIRETLS");
        client.say("MAIL FROM:<nurse@example.com> REQUIRETLS");
        client.say("RCPT TO:<patient@example.org>");
        assertThat(client.data(UNMARKED)).isEqualTo("250 2.0.0 queued as 42");
        assertThat(hop.heard()).contains("MAIL FROM:<nurse@example.com> REQUIRETLS");
    }

    @Test
    void markedMailThatRequiresTlsIsSealedWhateverTheNextHopUnderstands() throws IOException {
        client.say("MAIL FROM:<nurse@example.com> REQUIRETLS");
        client.say("RCPT TO:<patient@example.org>");
        assertThat(client.data(MARKED)).startsWith("250 2.0.0 Accepted as");
    }

    @Test
    void contentInChunksGoesOnTooAndItsLastLineIsEnded() throws IOException {
        client.begin("nurse@example.com", "patient@example.org");
        client.send("BDAT 20\r\n" + "From: nurse@example.");
        assertThat(client.reply()).startsWith("250");
        String rest = "com\r\nSubject: x\r\n\r\nno end";
        client.send("BDAT " + rest.length() + " LAST\r\n" + rest);
        assertThat(client.reply()).isEqualTo("250 2.0.0 queued as 42");
        assertThat(hop.heard()).endsWith("no end", ".");
    }

    @Test
    void whatTheNextHopSaysCannotBecomeMoreThanOneReply() throws IOException {
        hop.answer(".", "550 5.7.1 no\u0007\u00e9 " + "x".repeat(1_000));
        assertThat(send(UNMARKED)).startsWith("550 5.7.1 no?? xxx").hasSizeLessThan(450);
    }

    @Test
    void aSenderOutsideTheTenantsDomainsIsNotPassedOn() throws IOException {
        assertThat(client.say("MAIL FROM:<nurse@elsewhere.example>")).startsWith("550 5.7.1");
        assertThat(send(UNMARKED.replace("nurse@", "nurse@elsewhere.")))
                .isEqualTo("550 5.7.1 Not allowed to send from here");
        assertThat(hop.heard()).doesNotContain("DATA");
    }

    private static boolean answers(Tenant.NextHop there) {
        try (Socket socket = new Socket(there.host(), there.port())) {
            return socket.isConnected();
        } catch (IOException refused) {
            return false;
        }
    }
}
