package org.postern.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.intake.IntakeUnderTest.Setup;

/// What a client sends as content is never anything else (CVE-2023-51764, 51765, 51766).
class IntakeSmugglingTest {

    private static final String HEADER =
            "From: nurse@example.com\r\nSubject: [Your results]\r\n\r\n";
    private static final String SECOND =
            """
            MAIL FROM:<nurse@example.com>\r
            RCPT TO:<victim@example.org>\r
            DATA\r
            From: nurse@example.com\r
            Subject: [smuggled]\r
            \r
            smuggled\r
            .\r
            """;

    @TempDir Path folder;
    IntakeUnderTest door;
    SmtpClient client;

    @BeforeEach
    void open() throws IOException {
        var setup = new Setup();
        setup.limits =
                new IntakeProperties.Limits(200_000, 20_000, 100, 50, 100, 100, 100, 600, 20, 100);
        door = new IntakeUnderTest(folder, setup);
        client = door.client();
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        door.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\n.\n",
                "\r\n.\n",
                "\n.\r\n",
                "\r.\r",
                "\r.\r\n",
                "\r\n.\r",
                "\r.\n",
                "\n.\r",
                "\r\n.\r\r\n",
                "\r\r\n.\r\r\n",
                "\n\n.\r\n",
                "\r\n\0.\r\n",
                "\r\n.\0\r\n",
                "\0\r\n.\n"
            })
    void aSmuggledEndOfDataDoesNotEndTheMessage(String hostile) throws IOException {
        client.begin("nurse@example.com", "patient@example.org");
        client.say("DATA");
        client.send(HEADER + "first" + hostile + SECOND);
        assertThat(client.reply())
                .isEqualTo("521 5.5.2 Invalid line ending, lines end with CRLF only");
        assertThat(client.isClosedByServer()).isTrue();
        assertThat(door.spool().files()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nb", "a\rb", "a\0b", "\r\r\n", "a\r", "\n"})
    void aBareCrLfOrNulAnywhereIsRefusedAtTheTrueEnd(String hostile) throws IOException {
        for (String content :
                new String[] {HEADER + hostile + "\r\n", "X: " + hostile + "\r\n" + HEADER}) {
            try (SmtpClient other = door.client()) {
                other.begin("nurse@example.com", "patient@example.org");
                other.say("DATA");
                other.send(content + ".\r\nNOOP\r\n");
                assertThat(other.reply()).startsWith("521 5.5.2");
                assertThat(other.isClosedByServer()).isTrue();
            }
        }
        assertThat(door.spool().files()).isEmpty();
    }

    @Test
    void aTooLargeBodyIsReadToItsEndBeforeItIsRefused() throws IOException {
        client.begin("nurse@example.com", "patient@example.org");
        client.say("DATA");
        client.send(HEADER + "x\r\n".repeat(70_000) + SECOND + "NOOP\r\n");
        assertThat(client.reply()).startsWith("552 5.3.4");
        assertThat(client.reply()).startsWith("250 2.0.0 OK");
        assertThat(door.spool().files()).isEmpty();
    }

    @Test
    void aBodyOfMoreThanTwiceTheLimitIsCutOff() throws IOException {
        client.begin("nurse@example.com", "patient@example.org");
        client.say("DATA");
        client.send(HEADER + "x\r\n".repeat(135_000));
        assertThat(client.reply()).startsWith("421 4.3.0");
        assertThat(client.isClosedByServer()).isTrue();
        assertThat(door.spool().files()).isEmpty();
    }

    @Test
    void anUnmarkedBodyIsReadToItsEndBeforeItIsRefused() throws IOException {
        client.begin("nurse@example.com", "patient@example.org");
        client.say("DATA");
        client.send(
                "From: nurse@example.com\r\nSubject: plain\r\n\r\n"
                        + "RSET\r\n"
                        + SECOND.replace("\r\n.\r\n", "\r\n..\r\n")
                        + ".\r\nNOOP\r\n");
        assertThat(client.reply()).startsWith("550 5.7.1 Not marked");
        assertThat(client.reply()).startsWith("250 2.0.0 OK");
        assertThat(door.spool().files()).isEmpty();
    }

    @Test
    void aBodyThatNobodyAskedForIsNotReadAsCommands() throws IOException {
        client.send("DATA\r\n" + SECOND);
        assertThat(client.reply()).startsWith("554 5.5.0");
        assertThat(client.isClosedByServer()).isTrue();
        assertThat(door.spool().files()).isEmpty();
    }

    @Test
    void dotsAreUnstuffedAndNothingElseChanges() throws IOException {
        client.begin("nurse@example.com", "patient@example.org");
        client.say("DATA");
        client.send(HEADER + "..\r\n...\r\n.x\r\n..\r\n \r\n\r\na.\r\n..leading\r\n.\r\n");
        assertThat(client.reply()).startsWith("250");
        try (SpoolReader.Opened message = door.spool().only()) {
            assertThat(new String(message.bytes(), UTF_8))
                    .endsWith(HEADER + ".\r\n..\r\nx\r\n.\r\n \r\n\r\na.\r\n.leading\r\n");
        }
    }

    @Test
    void contentMayComeByteByByte() throws IOException {
        client.begin("nurse@example.com", "patient@example.org");
        client.say("DATA");
        String content = HEADER + "..a\r\n..\r\n...\r\nb\r\n";
        for (byte b : (content + ".\r\n").getBytes(UTF_8)) {
            client.send(new byte[] {b});
        }
        assertThat(client.reply()).startsWith("250");
        try (SpoolReader.Opened message = door.spool().only()) {
            assertThat(new String(message.bytes(), UTF_8))
                    .endsWith(HEADER + ".a\r\n.\r\n..\r\nb\r\n");
        }
    }

    @Test
    void aLineMayBeLongButNotEndless() throws IOException {
        client.begin("nurse@example.com", "patient@example.org");
        assertThat(client.data(HEADER + "x".repeat(65_536) + "\r\n")).startsWith("250");
        client.begin("nurse@example.com", "patient@example.org");
        assertThat(client.data(HEADER + "x".repeat(65_537) + "\r\n" + SECOND.substring(0, 31)))
                .startsWith("500 5.5.2");
        assertThat(client.isClosedByServer()).isTrue();
        assertThat(door.spool().files()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 1_000_000})
    void chunksAreJoined(int chunkBytes) throws IOException {
        client.begin("nurse@example.com", "patient@example.org");
        byte[] content = (HEADER + ".\r\n..dots stay\r\n.\r\nend\r\n").getBytes(UTF_8);
        for (int at = 0; at < content.length; at += chunkBytes) {
            int count = Math.min(chunkBytes, content.length - at);
            client.send("BDAT " + count + "\r\n");
            client.send(Arrays.copyOfRange(content, at, at + count));
            assertThat(client.reply()).startsWith("250 2.0.0");
        }
        assertThat(client.say("bdat 0 last")).startsWith("250 2.0.0 Accepted");
        try (SpoolReader.Opened message = door.spool().only()) {
            assertThat(new String(message.bytes(), UTF_8)).endsWith(new String(content, UTF_8));
        }
    }

    @Test
    void aRefusedChunkIsReadToItsEnd() throws IOException {
        client.send("BDAT " + SECOND.length() + " LAST\r\n" + SECOND + "NOOP\r\n");
        assertThat(client.reply()).startsWith("503 5.5.1");
        assertThat(client.reply()).startsWith("250 2.0.0 OK");

        client.begin("nurse@example.com", "patient@example.org");
        String unmarked = "From: nurse@example.com\r\nSubject: plain\r\n\r\n" + SECOND;
        client.send(
                "BDAT "
                        + unmarked.length()
                        + "\r\n"
                        + unmarked
                        + "BDAT 6 LAST\r\nRSET\r\nNOOP\r\n");
        assertThat(client.reply()).startsWith("550 5.7.1");
        assertThat(client.reply()).startsWith("503 5.5.1");
        assertThat(client.reply()).startsWith("250 2.0.0 OK");
        assertThat(door.spool().files()).isEmpty();
    }

    @Test
    void chunksAreCountedTogether() throws IOException {
        client.begin("nurse@example.com", "patient@example.org");
        String half = HEADER + "x\r\n".repeat(40_000);
        client.send("BDAT " + half.length() + "\r\n" + half);
        assertThat(client.reply()).startsWith("250");
        client.send("BDAT " + half.length() + " LAST\r\n" + half + "NOOP\r\n");
        assertThat(client.reply()).startsWith("552 5.3.4");
        assertThat(client.reply()).startsWith("250 2.0.0 OK");
        assertThat(door.spool().files()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"BDAT", "BDAT x", "BDAT -1", "BDAT 5 FIRST", "BDAT 5 LAST LAST"})
    void aChunkOfUnknownLengthEndsTheSession(String command) throws IOException {
        assertThat(client.say(command)).startsWith("501 5.5.4");
        assertThat(client.isClosedByServer()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"BDAT 99999999999", "BDAT 18446744073709551617 LAST"})
    void aChunkOfEndlessLengthEndsTheSession(String command) throws IOException {
        assertThat(client.say(command)).startsWith("421 4.3.0");
        assertThat(client.isClosedByServer()).isTrue();
    }

    @Test
    void dataAndChunksAreNotMixed() throws IOException {
        client.begin("nurse@example.com", "patient@example.org");
        client.send("BDAT 3\r\nX: ");
        assertThat(client.reply()).startsWith("250");
        assertThat(client.say("DATA")).startsWith("503 5.5.1");
        assertThat(client.say("RCPT TO:<other@example.org>")).startsWith("503 5.5.1");
    }

    @Test
    void aTruncatedChunkIsNeverAccepted() throws IOException {
        client.begin("nurse@example.com", "patient@example.org");
        client.send("BDAT 100000 LAST\r\n" + HEADER + "x\r\n".repeat(1_000));
        client.close();
        await().until(() -> door.intake().connections() == 0);
        assertThat(door.spool().files()).isEmpty();
    }
}
