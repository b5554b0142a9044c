package org.postern.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What may be wrong with a message is answered the same over STARTTLS and TLS from the first byte,
/// by DATA and by BDAT; and nothing of it is ever read as a command.
class IntakeContentMatrixTest {

    private static final String FROM = "From: nurse@example.com\r\n";
    private static final String HEADER = FROM + "Subject: [Your results]\r\n";
    private static final String LOOPED = "X-Postern-Loop: x\r\nAuto-Submitted: auto-generated\r\n";
    private static final String SMUGGLED =
            "MAIL FROM:<nurse@example.com>\r\nRCPT TO:<victim@example.org>\r\n";

    @TempDir Path folder;
    private IntakeUnderTest door;

    /// How a message comes in.
    enum Way {
        STARTTLS_DATA(false, false),
        STARTTLS_BDAT(false, true),
        IMPLICIT_TLS_DATA(true, false),
        IMPLICIT_TLS_BDAT(true, true);

        private final boolean implicitTls;
        private final boolean chunks;

        Way(boolean implicitTls, boolean chunks) {
            this.implicitTls = implicitTls;
            this.chunks = chunks;
        }
    }

    @BeforeEach
    void open() {
        var setup = new IntakeUnderTest.Setup();
        setup.limits =
                new IntakeProperties.Limits(200_000, 20_000, 100, 50, 100, 100, 100, 600, 20, 100);
        door = new IntakeUnderTest(folder, setup);
    }

    @AfterEach
    void close() {
        door.close();
    }

    private SmtpClient client(Way way) throws IOException {
        return way.implicitTls ? door.client() : SmtpClient.withStartTls(door.smtpPort());
    }

    /// @param content with the dots of DATA stuffed already, of which it has none
    private static String give(SmtpClient client, Way way, String content) throws IOException {
        client.begin("nurse@example.com", "patient@example.org");
        if (!way.chunks) {
            return client.data(content);
        }
        client.send("BDAT " + content.getBytes(UTF_8).length + " LAST\r\n" + content);
        return client.reply();
    }

    private void assertAnswered(Way way, String reply, String content) throws IOException {
        try (SmtpClient client = client(way)) {
            assertThat(give(client, way, content)).startsWith(reply);
            assertThat(client.say("NOOP")).as("the session goes on").isEqualTo("250 2.0.0 OK");
            assertThat(give(client, way, HEADER + "\r\nAll is well.\r\n")).startsWith("250");
        }
        assertThat(door.spool().files()).as("the second message alone").hasSize(1);
    }

    private void assertEnds(Way way, String reply, String content) throws IOException {
        try (SmtpClient client = client(way)) {
            assertThat(give(client, way, content)).startsWith(reply);
            assertThat(client.isClosedByServer()).isTrue();
        }
        assertThat(door.spool().files()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void aMarkedMessageIsAccepted(Way way) throws IOException {
        try (SmtpClient client = client(way)) {
            assertThat(give(client, way, HEADER + "\r\nText.\r\n"))
                    .startsWith("250 2.0.0 Accepted as ");
        }
        assertThat(door.spool().files()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void aMessageOverTheLimitIsRefusedAtItsEnd(Way way) throws IOException {
        assertAnswered(way, "552 5.3.4", HEADER + "\r\n" + (SMUGGLED + "\r\n").repeat(3_200));
    }

    @ParameterizedTest
    @EnumSource
    void aMessageOfMoreThanTwiceTheLimitEndsTheSession(Way way) throws IOException {
        try (SmtpClient client = client(way)) {
            client.begin("nurse@example.com", "patient@example.org");
            if (way.chunks) {
                client.send("BDAT 400001 LAST\r\n");
            } else {
                client.say("DATA");
            }
            try {
                client.send(HEADER + "\r\n" + "x\r\n".repeat(200_000));
            } catch (IOException closedBefore) {
                // all of it was not taken, as announced
            }
            assertThat(client.reply()).startsWith("421 4.3.0");
        }
        assertThat(door.spool().files()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void aBareLfEndsTheSession(Way way) throws IOException {
        assertEnds(way, "521 5.5.2", HEADER + "\r\none\n" + SMUGGLED);
    }

    @ParameterizedTest
    @EnumSource
    void aBareCrEndsTheSession(Way way) throws IOException {
        assertEnds(way, "521 5.5.2", HEADER + "\r\none\rtwo\r\n" + SMUGGLED);
    }

    @ParameterizedTest
    @EnumSource
    void aNulEndsTheSession(Way way) throws IOException {
        assertEnds(way, "521 5.5.2", HEADER + "\r\none\0two\r\n" + SMUGGLED);
    }

    @ParameterizedTest
    @EnumSource
    void aBareLfInTheHeaderSectionEndsTheSession(Way way) throws IOException {
        assertEnds(way, "521 5.5.2", FROM + "X-A: b\nSubject: [x]\r\n\r\none\r\n");
    }

    @ParameterizedTest
    @EnumSource
    void aLineWithoutEndEndsTheSession(Way way) throws IOException {
        assertEnds(way, "500 5.5.2", HEADER + "\r\n" + "x".repeat(100_000) + "\r\n" + SMUGGLED);
    }

    @ParameterizedTest
    @EnumSource
    void aMessageThatHasCrossedTooManyServersIsRefused(Way way) throws IOException {
        assertAnswered(
                way,
                "554 5.4.6",
                "Received: by here; Tue, 24 Nov 2026 12:00:00 +0000\r\n".repeat(51)
                        + HEADER
                        + "\r\n"
                        + SMUGGLED);
    }

    @ParameterizedTest
    @EnumSource
    void aNoticeOfOurOwnThatComesBackIsRefused(Way way) throws IOException {
        assertAnswered(way, "554 5.4.6", LOOPED + HEADER + "\r\n" + SMUGGLED);
    }

    @ParameterizedTest
    @EnumSource
    void aHeaderSectionOverTheLimitIsRefused(Way way) throws IOException {
        assertAnswered(
                way,
                "552 5.3.4",
                HEADER + ("X-A: " + "b".repeat(900) + "\r\n").repeat(30) + "\r\n");
    }

    @ParameterizedTest
    @EnumSource
    void tooManyHeaderFieldsAreRefused(Way way) throws IOException {
        assertAnswered(way, "552 5.3.4", HEADER + "X-A: b\r\n".repeat(100) + "\r\n" + SMUGGLED);
    }

    @ParameterizedTest
    @EnumSource
    void aMessageWithoutAMarkIsRefused(Way way) throws IOException {
        assertAnswered(way, "550 5.7.1 Not marked", FROM + "Subject: Hello\r\n\r\n" + SMUGGLED);
    }

    @ParameterizedTest
    @EnumSource
    void anAuthorWhoIsNotTheTenantsIsRefused(Way way) throws IOException {
        assertAnswered(
                way, "550 5.7.1", "From: somebody@example.org\r\nSubject: [x]\r\n\r\n" + SMUGGLED);
    }

    @ParameterizedTest
    @EnumSource
    void partsNestedDeeperThanAnybodyReadsAreTaken(Way way) throws IOException {
        StringBuilder nested = new StringBuilder(HEADER);
        for (int i = 0; i < 150; i++) {
            nested.append("Content-Type: multipart/mixed; boundary=b").append(i);
            nested.append("\r\n\r\n--b").append(i).append("\r\n");
        }
        try (SmtpClient client = client(way)) {
            assertThat(give(client, way, nested + "\r\nText.\r\n")).startsWith("250 2.0.0");
        }
        assertThat(door.spool().files()).hasSize(1);
    }
}
