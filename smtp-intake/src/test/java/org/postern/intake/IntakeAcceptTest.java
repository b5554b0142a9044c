package org.postern.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.db.EmailAddress;
import org.postern.db.Envelope;

class IntakeAcceptTest {

    private static final String MARKED =
            "From: nurse@example.com\r\nSubject: [Your results]\r\n\r\nAll is well.\r\n";

    @TempDir Path folder;
    IntakeUnderTest door;

    @BeforeEach
    void open() {
        door = new IntakeUnderTest(folder);
    }

    @AfterEach
    void close() {
        door.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aMarkedMessageIsSealedIntoTheSpool(boolean startTls) throws IOException {
        try (SmtpClient client =
                startTls ? SmtpClient.withStartTls(door.smtpPort()) : door.client()) {
            client.begin("nurse@example.com", "patient@example.org");
            String reply = client.data(MARKED);

            assertThat(reply).matches("250 2\\.0\\.0 Accepted as [0-9a-f-]{36}");
            try (SpoolReader.Opened message = door.spool().only()) {
                assertThat(reply).endsWith(message.id());
                String content = new String(message.bytes(), UTF_8);
                assertThat(content)
                        .startsWith(
                                """
                                Received: from client.example ([127.0.0.1])\r
                                \tby mx.example.net with ESMTPS\r
                                \t(TLSv1.3 TLS_AES_256_GCM_SHA384);\r
                                """)
                        .endsWith("\r\n" + MARKED)
                        .doesNotContain("patient@example.org");
                Envelope envelope = message.envelope();
                assertThat(envelope.tenant()).isEqualTo(IntakeUnderTest.CLINIC);
                assertThat(envelope.connector()).contains(IntakeUnderTest.GATEWAY);
                assertThat(envelope.reversePath().map(EmailAddress::text))
                        .contains("nurse@example.com");
                assertThat(envelope.author().map(EmailAddress::text)).contains("nurse@example.com");
                assertThat(envelope.recipients())
                        .extracting(recipient -> recipient.address().text())
                        .containsExactly("patient@example.org");
            }
            assertThat(client.say("QUIT")).isEqualTo("221 2.0.0 Bye");
            assertThat(client.isClosedByServer()).isTrue();
        }
    }
}
