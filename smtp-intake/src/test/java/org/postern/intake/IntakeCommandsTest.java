package org.postern.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.db.Envelope;
import org.postern.intake.IntakeUnderTest.Setup;
import org.subethamail.smtp.internal.server.CommandRegistry;

class IntakeCommandsTest {

    private static final String MARKED =
            "From: nurse@example.com\r\nSubject: [Your results]\r\n\r\nAll is well.\r\n";

    @TempDir Path folder;
    IntakeUnderTest door;
    SmtpClient client;

    @BeforeEach
    void open() throws IOException {
        door = new IntakeUnderTest(folder);
        client = door.client();
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        door.close();
    }

    @Test
    void noneOfTheLibrarysOwnVerbsRemains() {
        for (CommandRegistry theirs : CommandRegistry.values()) {
            assertThat(Verb.names()).contains(theirs.name());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "VRFY nurse | 252 2.5.2",
                "EXPN all | 502 5.5.1",
                "ETRN example.com | 502 5.5.1",
                "TURN | 502 5.5.1",
                "HELP | 502 5.5.1",
                "AUTH PLAIN AGEAYg== | 502 5.5.1",
                "XYZZY | 500 5.5.2",
                "DATAfoo | 500 5.5.2",
                "MAILFROM:<nurse@example.com> | 500 5.5.2",
                "RSET | 250 2.0.0",
                "RSET now | 501 5.5.4",
                "QUIT now | 501 5.5.4",
                "noop | 250 2.0.0",
                "HELO client.example | 250 mx.example.net",
                "HELO | 501 5.5.4",
                "EHLO <script> | 501 5.5.4",
                "EHLO a b | 501 5.5.4",
                "DATA | 503 5.5.1",
                "RCPT TO:<patient@example.org> | 503 5.5.1"
            })
    void everyCommandIsAnsweredAsWritten(String command, String reply) throws IOException {
        assertThat(client.say(command)).startsWith(reply);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SIZE=1000 BODY=8BITMIME",
                "BODY=8BITMIME SIZE=1000",
                "body=7bit size=377487360",
                "SMTPUTF8 SIZE=1000 RET=HDRS ENVID=QQ314159",
                "RET=full BODY=8bitmime",
                "requiretls SIZE=1000"
            })
    void parametersOfMailComeInAnyOrder(String parameters) throws IOException {
        assertThat(client.say("MAIL FROM:<nurse@example.com> " + parameters))
                .startsWith("250 2.1.0");
    }

    @ParameterizedTest
    @CsvSource({
        "SIZE=377487361, 552 5.3.4",
        "SIZE=900000000 BODY=8BITMIME, 552 5.3.4",
        "BODY=8BITMIME SIZE=900000000, 552 5.3.4",
        "SIZE=99999999999, 552 5.3.4",
        "SIZE=18446744073709551617, 552 5.3.4",
        "SIZE=-1, 501 5.5.4",
        "SIZE=, 501 5.5.4",
        "SIZE, 501 5.5.4",
        "SIZE=1 SIZE=2, 501 5.5.4",
        "BODY=BINARYMIME, 555 5.5.4",
        "BODY=9BIT, 555 5.5.4",
        "SMTPUTF8=yes, 501 5.5.4",
        "RET=SOME, 501 5.5.4",
        "ENVID=a+b, 501 5.5.4",
        "AUTH=a+b, 501 5.5.4",
        "REQUIRETLS=yes, 501 5.5.4",
        "REQUIRETLS REQUIRETLS, 501 5.5.4",
        "XYZZY=1, 555 5.5.4",
        "=1, 501 5.5.4"
    })
    void otherParametersOfMailAreRefused(String parameters, String reply) throws IOException {
        assertThat(client.say("MAIL FROM:<nurse@example.com> " + parameters)).startsWith(reply);
        assertThat(client.say("RCPT TO:<patient@example.org>")).startsWith("503");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "MAIL | 501 5.5.4",
                "MAIL FROM | 501 5.5.4",
                "MAIL FROM:nurse@example.com | 501 5.5.4",
                "MAIL FROM:<nurse@example.com | 501 5.5.4",
                "MAIL FROM:<nurse@example.com>SIZE=1 | 501 5.5.4",
                "MAIL FROM:garbage <>> | 501 5.5.4",
                "MAIL FROM:<nurse> | 501 5.1.7",
                "MAIL FROM:<nurse@@example.com> | 501 5.1.7",
                "MAIL FROM:<@a.example,@b.example:nurse@example.com> | 501 5.1.7",
                "MAIL FROM:<nur se@example.com> | 501 5.1.7",
                "MAIL FROM:<nurse@-example.com> | 501 5.1.7",
                "MAIL FROM:<pflegerin-ä@example.com> | 553 5.6.7",
                "MAIL FROM: <nurse@example.com> | 250 2.1.0",
                "mail from:<Nurse@EXAMPLE.com> | 250 2.1.0",
                "MAIL FROM:<\"a>b\"@example.com> | 250 2.1.0",
                "MAIL FROM:<pflegerin-ä@example.com> SMTPUTF8 | 250 2.1.0"
            })
    void reversePathsAreReadStrictly(String command, String reply) throws IOException {
        assertThat(client.say(command)).startsWith(reply);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "RCPT TO:<patient@example.org> | 250 2.1.5",
                "RCPT TO:<patient@example.org> NOTIFY=NEVER | 250 2.1.5",
                "RCPT TO:<patient@example.org> NOTIFY=success,failure ORCPT=rfc822;a+2Bb@c.example"
                        + " | 250 2.1.5",
                "RCPT TO:<patient@example.org> NOTIFY=NEVER,DELAY | 501 5.5.4",
                "RCPT TO:<patient@example.org> NOTIFY=OFTEN | 501 5.5.4",
                "RCPT TO:<patient@example.org> ORCPT=nobody | 501 5.5.4",
                "RCPT TO:<patient@example.org> SIZE=1 | 555 5.5.4",
                "RCPT TO:<> | 501 5.1.3",
                "RCPT TO:<patient> | 501 5.1.3",
                "RCPT TO:<patient@exa mple.org> | 501 5.1.3",
                "RCPT TO:<patient@encrypt.example.net> | 501 5.1.3",
                "RCPT TO:<pätient@example.org> | 553 5.6.7",
                "RCPT FROM:<patient@example.org> | 501 5.5.4"
            })
    void forwardPathsAreReadStrictly(String command, String reply) throws IOException {
        client.begin("nurse@example.com");
        assertThat(client.say(command)).startsWith(reply);
    }

    @Test
    void wishesForStatusNotificationsAreKept() throws IOException {
        client.say("MAIL FROM:<nurse@example.com> RET=HDRS ENVID=QQ314159");
        client.say("RCPT TO:<patient@example.org> NOTIFY=failure ORCPT=rfc822;p@example.org");
        assertThat(client.data(MARKED)).startsWith("250");
        try (SpoolReader.Opened message = door.spool().only()) {
            assertThat(message.envelope().envelopeId()).contains("QQ314159");
            Envelope.Recipient recipient = message.envelope().recipients().getFirst();
            assertThat(recipient.notifyOn()).contains("FAILURE");
            assertThat(recipient.originalRecipient()).contains("rfc822;p@example.org");
        }
    }

    @ParameterizedTest
    @CsvSource({"'', false", "' REQUIRETLS', true"})
    void theWishForTlsIsKept(String parameter, boolean kept) throws IOException {
        client.say("MAIL FROM:<nurse@example.com>" + parameter);
        client.say("RCPT TO:<patient@example.org>");
        assertThat(client.data(MARKED)).startsWith("250");
        try (SpoolReader.Opened message = door.spool().only()) {
            assertThat(message.envelope().requireTls()).isEqualTo(kept);
        }
    }

    @Test
    void mailNeedsAGreetingAndIsNotNested() throws IOException {
        try (SmtpClient silent = SmtpClient.inClear(door.smtpsPort())) {
            silent.handshake(TestCertificate.client());
            silent.reply();
            assertThat(silent.say("MAIL FROM:<nurse@example.com>")).startsWith("503 5.5.1");
        }
        client.begin("nurse@example.com");
        assertThat(client.say("MAIL FROM:<nurse@example.com>")).startsWith("503 5.5.1");
        assertThat(client.say("DATA")).startsWith("503 5.5.1");
    }

    @Test
    void rsetAndEhloEndTheTransaction() throws IOException {
        client.begin("nurse@example.com", "patient@example.org");
        client.say("RSET");
        assertThat(client.say("DATA")).startsWith("503 5.5.1");
        client.begin("nurse@example.com", "patient@example.org");
        client.say("EHLO client.example");
        assertThat(client.say("DATA")).startsWith("503 5.5.1");
    }

    @Test
    void pipelinedCommandsAreAnsweredInOrder() throws IOException {
        client.send(
                """
                MAIL FROM:<nurse@example.com> SIZE=100\r
                RCPT TO:<patient@example.org>\r
                RCPT TO:<nobody>\r
                RCPT TO:<other@example.org>\r
                DATA\r
                """);
        assertThat(client.reply()).startsWith("250 2.1.0");
        assertThat(client.reply()).startsWith("250 2.1.5");
        assertThat(client.reply()).startsWith("501 5.1.3");
        assertThat(client.reply()).startsWith("250 2.1.5");
        assertThat(client.reply()).startsWith("354");
        client.send(MARKED + ".\r\nMAIL FROM:<nurse@example.com>\r\nNOOP\r\nQUIT\r\n");
        assertThat(client.reply()).startsWith("250 2.0.0 Accepted");
        assertThat(client.reply()).startsWith("250 2.1.0");
        assertThat(client.reply()).startsWith("250 2.0.0");
        assertThat(client.reply()).startsWith("221 2.0.0");
        try (SpoolReader.Opened message = door.spool().only()) {
            assertThat(message.envelope().recipients()).hasSize(2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"NOOP\n", "NOOP\rNOOP\r\n", "NO\0OP\r\n", "\n", "NOOP \r\r\n"})
    void aCommandWithABareCrLfOrNulEndsTheSession(String hostile) throws IOException {
        client.send(hostile + "QUIT\r\n");
        assertThat(client.reply()).startsWith("521 5.5.2");
        assertThat(client.isClosedByServer()).isTrue();
    }

    @Test
    void aCommandLineHasAnEnd() throws IOException {
        assertThat(client.say("NOOP " + "x".repeat(2_043))).startsWith("250");
        assertThat(client.say("NOOP " + "x".repeat(2_044))).startsWith("500 5.5.2");
        assertThat(client.say("NOOP")).startsWith("250");
        client.send("NOOP " + "x".repeat(100_000) + "\r\n");
        assertThat(client.reply()).startsWith("500 5.5.2");
        assertThat(client.isClosedByServer()).isTrue();
    }

    @Test
    void aCommandThatIsNotUtf8IsRefused() throws IOException {
        client.send(new byte[] {'N', 'O', 'O', 'P', ' ', (byte) 0xC3, '\r', '\n'});
        assertThat(client.reply()).startsWith("500 5.5.2");
    }

    @Test
    void whoeverErrsTooOftenIsSentAway() throws IOException {
        for (int i = 0; i < 20; i++) {
            assertThat(client.say("XYZZY")).startsWith("500");
        }
        assertThat(client.say("XYZZY")).startsWith("500");
        assertThat(client.reply()).startsWith("421 4.7.0");
        assertThat(client.isClosedByServer()).isTrue();
    }

    @Test
    void whoeverOnlyChatsIsSentAway() throws IOException {
        for (int i = 0; i < 100; i++) {
            assertThat(client.say("NOOP")).startsWith("250");
        }
        assertThat(client.say("RSET")).startsWith("421 4.7.0");
        assertThat(client.isClosedByServer()).isTrue();
    }

    @Test
    void recipientsBeyondTheLimitArePutOffAndNoError() throws IOException {
        var setup = new Setup();
        setup.limits =
                new IntakeProperties.Limits(100_000, 10_000, 100, 50, 100, 10, 10, 600, 20, 100);
        try (IntakeUnderTest small = new IntakeUnderTest(folder.resolve("small"), setup);
                SmtpClient many = small.client()) {
            many.begin("nurse@example.com");
            for (int i = 0; i < 100; i++) {
                assertThat(many.say("RCPT TO:<p" + i + "@example.org>")).startsWith("250");
            }
            for (int i = 0; i < 50; i++) {
                assertThat(many.say("RCPT TO:<q" + i + "@example.org>")).startsWith("452 4.5.3");
            }
            assertThat(many.data(MARKED)).startsWith("250");
            try (SpoolReader.Opened message = small.spool().only()) {
                assertThat(message.envelope().recipients()).hasSize(100);
            }
        }
    }
}
