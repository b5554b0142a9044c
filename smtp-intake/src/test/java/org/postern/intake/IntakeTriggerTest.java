package org.postern.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.db.ConnectorId;
import org.postern.db.EmailAddress;
import org.postern.db.TenantId;
import org.postern.db.store.Tenant;
import org.postern.intake.IntakeUnderTest.Setup;

/// Which messages are taken, from whom, and what their readers will not see.
class IntakeTriggerTest {

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

    private String send(String header) throws IOException {
        client.begin("nurse@example.com", "patient@example.org");
        return client.data(header + "\r\n\r\nAll is well.\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Subject: [Your results]",
                "Subject:[x]",
                "subject: Re: [Your results]",
                "Subject: AW: WG: [Ihre Werte]",
                "Subject: Fwd: [Your results]",
                "Subject: =?utf-8?q?=5BYour_results=5D?=",
                "Subject: =?utf-8?B?W0JlZnVuZCBNw7xsbGVyXQ==?=",
                "Subject: =?utf-8?q?=5BYour?=\r\n =?utf-8?q?_results=5D?=",
                "Subject: [Your\r\n results]",
                "Subject: [Befund Müller]",
                "X-Postern: encrypt\r\nSubject: plain",
                "x-postern:  Encrypt \r\nSubject: plain",
                "Sensitivity: Company-Confidential\r\nSubject: plain",
                "Sensitivity: Company Confidential\r\nSubject: plain",
                "sensitivity: private\r\nSubject: plain"
            })
    void aMarkedMessageIsTaken(String header) throws IOException {
        assertThat(send("From: nurse@example.com\r\n" + header)).startsWith("250 2.0.0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Subject: Your results",
                "Subject: [list-name] hello",
                "Subject: Re: [list-name] hello",
                "Subject: {Your results}",
                "Subject: |Your results|",
                "Subject: ",
                "X-Header: [x]",
                "X-Postern: maybe",
                "Sensitivity: Normal",
                "Sensitivity: Personal",
                "X-Postern-Expires: P14D"
            })
    void anUnmarkedMessageIsRefusedWithAWordOnWhatToDo(String header) throws IOException {
        assertThat(send("From: nurse@example.com\r\n" + header))
                .isEqualTo(
                        "550 5.7.1 Not marked for encryption: put the whole subject in [brackets]"
                                + " and send the message again; nothing was sent");
        assertThat(door.spool().files()).isEmpty();
    }

    @Test
    void aConnectorThatSealsEverythingNeedsNoMark() throws IOException {
        IntakeUnderTest.Setup setup = new IntakeUnderTest.Setup();
        setup.tenants =
                List.of(
                        IntakeUnderTest.clinic(
                                Tenant.Connector.of(
                                                IntakeUnderTest.GATEWAY,
                                                "gateway",
                                                List.of("127.0.0.0/8"))
                                        .withSealsAll(true)));
        try (IntakeUnderTest all =
                        new IntakeUnderTest(Files.createDirectory(folder.resolve("all")), setup);
                SmtpClient gateway = all.client()) {
            gateway.begin("nurse@example.com", "patient@example.org");
            assertThat(gateway.data("From: nurse@example.com\r\nSubject: plain\r\n\r\nx\r\n"))
                    .startsWith("250");
        }
    }

    @Test
    void aSuffixMarksTheMessageAndIsRemoved() throws IOException {
        client.begin("nurse@example.com", "patient@Example.ORG.encrypt.example.net");
        assertThat(client.data("From: nurse@example.com\r\nSubject: plain\r\n\r\nx\r\n"))
                .startsWith("250");
        try (SpoolReader.Opened message = door.spool().only()) {
            assertThat(message.envelope().recipients())
                    .extracting(recipient -> recipient.address().text())
                    .containsExactly("patient@example.org");
        }
    }

    @Test
    void oneRecipientWithASuffixMarksTheMessageForAll() throws IOException {
        client.begin(
                "nurse@example.com", "first@example.org", "second@example.org.encrypt.example.net");
        assertThat(client.data("From: nurse@example.com\r\nSubject: plain\r\n\r\nx\r\n"))
                .startsWith("250");
        try (SpoolReader.Opened message = door.spool().only()) {
            assertThat(message.envelope().recipients())
                    .extracting(recipient -> recipient.address().text())
                    .containsExactly("first@example.org", "second@example.org");
        }
    }

    @Test
    void whatIsSaidToUsIsNotShownToTheReader() throws IOException {
        String before = "Received: from elsewhere\r\n\tby here\r\nFrom: nurse@example.com\r\n";
        String after =
                """
                Subject: =?utf-8?q?=5BBefund_M=C3=BCller=5D?=\r
                To: P\u00e4tient <patient@example.org>\r
                no field at all\r
                """;
        String body = "\r\nX-Postern: in the body stays\r\n";
        assertThat(client.say("MAIL FROM:<nurse@example.com> BODY=8BITMIME SMTPUTF8"))
                .startsWith("250");
        client.say("RCPT TO:<patient@example.org>");
        client.say("DATA");
        client.send(
                before
                        + "X-Postern: encrypt\r\nx-postern-expires:\r\n\tP14D\r\n"
                        + after
                        + "X-POSTERN-Connector: secret\r\n"
                        + body
                        + ".\r\n");
        assertThat(client.reply()).startsWith("250");
        try (SpoolReader.Opened message = door.spool().only()) {
            String content = new String(message.bytes(), UTF_8);
            int ourEnd = content.indexOf(before);
            assertThat(content.substring(ourEnd)).isEqualTo(before + after + body);
            assertThat(content.substring(0, ourEnd))
                    .startsWith("Received: from client.example")
                    .contains("with UTF8SMTPS")
                    .endsWith("+0000\r\n");
        }
    }

    @Test
    void bytesThatAreNoUtf8StayAsTheyAre() throws IOException {
        client.begin("nurse@example.com", "patient@example.org");
        client.say("DATA");
        client.send("From: nurse@example.com\r\nSubject: [Befund M");
        client.send(new byte[] {(byte) 0xFC});
        client.send("ller]\r\n\r\n");
        byte[] body = new byte[1_000];
        for (int i = 0; i < body.length; i++) {
            body[i] = (byte) (128 + i % 128);
        }
        client.send(body);
        client.send("\r\n.\r\n");
        assertThat(client.reply()).startsWith("250");
        try (SpoolReader.Opened message = door.spool().only()) {
            byte[] content = message.bytes();
            assertThat(content).containsSequence(body);
            assertThat(content).containsSequence('M', 0xFC, 'l', 'l', 'e', 'r');
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nurse@example.com | nurse@example.com | 250",
                "nurse@example.com | Nurse <other@EXAMPLE.com> | 250",
                "nurse@example.com | evil@example.net | 550 5.7.1",
                "nurse@example.com | nurse@example.com, evil@example.net | 550 5.7.1",
                "nurse@example.com | nurse@sub.example.com | 550 5.7.1",
                "nurse@example.com | not an address | 550 5.7.1"
            })
    void everyAuthorLiesInTheVerifiedDomains(String reversePath, String from, String reply)
            throws IOException {
        client.begin(reversePath, "patient@example.org");
        assertThat(client.data("From: " + from + "\r\nSubject: [x]\r\n\r\nx\r\n"))
                .startsWith(reply);
    }

    @Test
    void aMessageWithoutAuthorIsRefused() throws IOException {
        assertThat(send("Subject: [x]")).isEqualTo("550 5.7.1 Not allowed to send from here");
    }

    @Test
    void theAuthorIsTheFromFieldAndElseTheReversePath() throws IOException {
        client.begin("bounces@example.com", "patient@example.org");
        client.data("From: Nurse <nurse@example.com>\r\nSubject: [x]\r\n\r\nx\r\n");
        try (SpoolReader.Opened message = door.spool().only()) {
            assertThat(message.envelope().author().map(EmailAddress::text))
                    .contains("nurse@example.com");
            assertThat(message.envelope().reversePath().map(EmailAddress::text))
                    .contains("bounces@example.com");
        }
    }

    @Test
    void aConnectorMayJudgeTheEnvelopeAlone() throws IOException {
        var setup = new Setup();
        setup.tenants = List.of(IntakeUnderTest.clinic(true));
        try (IntakeUnderTest other = new IntakeUnderTest(folder.resolve("other"), setup);
                SmtpClient gateway = other.client()) {
            gateway.begin("list@example.com", "patient@example.org");
            assertThat(gateway.data("From: any@example.net\r\nSubject: [x]\r\n\r\nx\r\n"))
                    .startsWith("250");
            try (SpoolReader.Opened message = other.spool().only()) {
                assertThat(message.envelope().author().map(EmailAddress::text))
                        .contains("list@example.com");
            }
            assertThat(gateway.say("MAIL FROM:<>")).startsWith("550 5.7.1");
        }
    }

    @Test
    void aStrangerHearsOneWordingWhateverTheReason() throws IOException {
        var setup = new Setup();
        setup.tenants =
                List.of(
                        IntakeUnderTest.tenant(
                                IntakeUnderTest.CLINIC,
                                IntakeUnderTest.GATEWAY,
                                "example.com",
                                false,
                                "192.0.2.0/24",
                                "2001:db8::/32",
                                "not a range"));
        try (IntakeUnderTest other = new IntakeUnderTest(folder.resolve("other"), setup);
                SmtpClient stranger = other.client()) {
            String unknownSource = stranger.say("MAIL FROM:<nurse@example.com>");
            assertThat(unknownSource).isEqualTo("550 5.7.1 Not allowed to send from here");
            assertThat(stranger.say("MAIL FROM:<x@example.net>")).isEqualTo(unknownSource);
            assertThat(stranger.say("MAIL FROM:<>")).isEqualTo(unknownSource);
            assertThat(client.say("MAIL FROM:<x@example.net>")).isEqualTo(unknownSource);
            assertThat(client.say("MAIL FROM:<x@sub.example.com>")).isEqualTo(unknownSource);
        }
    }

    @Test
    void theDomainDecidesBetweenTenantsAtOneSource() throws IOException {
        TenantId practice = new TenantId(new UUID(0, 77));
        ConnectorId line = new ConnectorId(new UUID(0, 78));
        var setup = new Setup();
        setup.tenants =
                List.of(
                        IntakeUnderTest.clinic(false),
                        IntakeUnderTest.tenant(
                                practice, line, "practice.example", false, "127.0.0.1"));
        try (IntakeUnderTest other = new IntakeUnderTest(folder.resolve("other"), setup);
                SmtpClient gateway = other.client()) {
            gateway.begin("doctor@practice.example", "patient@example.org");
            String header = "From: doctor@practice.example\r\nSubject: [x]\r\n\r\nx\r\n";
            assertThat(gateway.data(header)).startsWith("250");
            try (SpoolReader.Opened message = other.spool().only()) {
                assertThat(message.envelope().tenant()).isEqualTo(practice);
                assertThat(message.envelope().connector()).contains(line);
            }
            gateway.begin("nurse@example.com", "patient@example.org");
            assertThat(gateway.data(header)).startsWith("550 5.7.1 Not allowed");
            assertThat(gateway.say("MAIL FROM:<>")).startsWith("550 5.7.1 Not allowed");
        }
    }

    @Test
    void theNullReversePathIsForAutomaticAnswers() throws IOException {
        client.begin("", "patient@example.org");
        assertThat(client.data("From: nurse@example.com\r\nSubject: [x]\r\n\r\nx\r\n"))
                .startsWith("550 5.7.1 Not allowed");
        client.begin("", "patient@example.org");
        assertThat(
                        client.data(
                                """
                                From: nurse@example.com\r
                                Auto-Submitted: auto-replied\r
                                Subject: [x]\r
                                \r
                                x\r
                                """))
                .startsWith("250");
        try (SpoolReader.Opened message = door.spool().only()) {
            assertThat(message.envelope().reversePath()).isEmpty();
            assertThat(message.envelope().author()).isEmpty();
        }
    }

    @Test
    void aLoopIsEnded() throws IOException {
        String hops = "Received: from a by b; now\r\n";
        String rest = "From: nurse@example.com\r\nSubject: [x]";
        assertThat(send(hops.repeat(50) + rest)).startsWith("250");
        assertThat(send(hops.repeat(51) + rest)).startsWith("554 5.4.6");
        assertThat(send("X-Postern-Loop: a;b\r\nAuto-Submitted: auto-generated\r\n" + rest))
                .startsWith("554 5.4.6");
        assertThat(send("Auto-Submitted: auto-generated\r\n" + rest)).startsWith("250");
    }

    @Test
    void aHeaderSectionHasAnEnd() throws IOException {
        String rest = "From: nurse@example.com\r\nSubject: [x]";
        assertThat(send("X: y\r\n".repeat(1_998) + rest)).startsWith("250");
        assertThat(send("X: y\r\n".repeat(1_999) + rest)).startsWith("552 5.3.4");
        String longLine = "Cc: " + "a@example.org, ".repeat(60) + "\r\n";
        assertThat(send(longLine.repeat(1_048_000 / longLine.length()) + rest)).startsWith("250");
        assertThat(send(longLine.repeat(1_048_576 / longLine.length() + 1) + rest))
                .startsWith("552 5.3.4");
        assertThat(client.say("NOOP")).startsWith("250");
        assertThat(door.spool().files()).hasSize(2);
    }

    @Test
    void aMessageMayConsistOfItsHeaderSection() throws IOException {
        client.begin("nurse@example.com", "patient@example.org");
        assertThat(client.data("From: nurse@example.com\r\nSubject: [x]\r\n")).startsWith("250");
        client.begin("nurse@example.com", "patient@example.org");
        assertThat(client.data("")).startsWith("550 5.7.1");
    }
}
