package org.postern.intake;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.intake.IntakeUnderTest.Setup;

class IntakeTlsTest {

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

    @Test
    void theGreetingNamesNoVersion() throws IOException {
        try (SmtpClient client = SmtpClient.inClear(door.smtpPort())) {
            assertThat(client.reply()).isEqualTo("220 mx.example.net ESMTP Postern");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "MAIL FROM:<nurse@example.com>",
                "RCPT TO:<patient@example.org>",
                "DATA",
                "AUTH PLAIN AGEAYg==",
                "VRFY nurse",
                "EXPN all",
                "RSET",
                "HELP",
                "ETRN example.com",
                "XYZZY",
                "DATAfoo"
            })
    void beforeTlsNothingElseIsAllowed(String command) throws IOException {
        try (SmtpClient client = SmtpClient.inClear(door.smtpPort())) {
            client.reply();
            client.say("EHLO client.example");
            assertThat(client.say(command))
                    .isEqualTo("530 5.7.0 Must issue a STARTTLS command first");
        }
    }

    @Test
    void aChunkSentInClearIsNotReadAsCommands() throws IOException {
        try (SmtpClient client = SmtpClient.inClear(door.smtpPort())) {
            client.reply();
            client.say("EHLO client.example");
            assertThat(client.say("BDAT 6 LAST\r\nNOOP")).startsWith("530 5.7.0");
            assertThat(client.isClosedByServer()).isTrue();
        }
    }

    @Test
    void beforeTlsOnlyWhatWorksIsAnnounced() throws IOException {
        try (SmtpClient client = SmtpClient.inClear(door.smtpPort())) {
            client.reply();
            assertThat(client.say("EHLO client.example").lines())
                    .containsExactly(
                            "250-mx.example.net",
                            "250-PIPELINING",
                            "250-SIZE 377487360",
                            "250-8BITMIME",
                            "250-SMTPUTF8",
                            "250-ENHANCEDSTATUSCODES",
                            "250-DSN",
                            "250 STARTTLS");
            assertThat(client.say("NOOP")).isEqualTo("250 2.0.0 OK");
        }
    }

    @Test
    void requireTlsIsNothingToAskForBeforeTls() throws IOException {
        try (SmtpClient client = SmtpClient.inClear(door.smtpPort())) {
            client.reply();
            client.say("EHLO client.example");
            assertThat(client.say("MAIL FROM:<nurse@example.com> REQUIRETLS"))
                    .startsWith("530 5.7.0");
        }
    }

    @Test
    void withTlsOnlyWhatWorksIsAnnounced() throws IOException {
        try (SmtpClient client = door.client()) {
            assertThat(client.say("EHLO client.example").lines())
                    .containsExactly(
                            "250-mx.example.net",
                            "250-PIPELINING",
                            "250-SIZE 377487360",
                            "250-8BITMIME",
                            "250-SMTPUTF8",
                            "250-ENHANCEDSTATUSCODES",
                            "250-DSN",
                            "250-CHUNKING",
                            "250-REQUIRETLS",
                            "250 LIMITS RCPTMAX=1000");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "NOOP\r\n",
                "MAIL FROM:<nurse@example.com>\r\nRCPT TO:<patient@example.org>\r\nDATA\r\n",
                "x"
            })
    void whatFollowsStartTlsInClearEndsTheSession(String injected) throws IOException {
        try (SmtpClient client = SmtpClient.inClear(door.smtpPort())) {
            client.reply();
            client.say("EHLO client.example");
            client.send("STARTTLS\r\n" + injected);
            assertThat(client.reply()).isEqualTo("554 5.5.0 SMTP protocol synchronization");
            assertThat(client.isClosedByServer()).isTrue();
        }
    }

    @Test
    void whatWasSaidBeforeTlsIsForgotten() throws IOException {
        try (SmtpClient client = SmtpClient.inClear(door.smtpPort())) {
            client.reply();
            client.say("EHLO client.example");
            client.say("STARTTLS");
            client.handshake(TestCertificate.client());
            assertThat(client.say("MAIL FROM:<nurse@example.com>")).startsWith("503 5.5.1");
        }
    }

    @Test
    void startTlsTakesNoArgument() throws IOException {
        try (SmtpClient client = SmtpClient.inClear(door.smtpPort())) {
            client.reply();
            assertThat(client.say("STARTTLS now")).startsWith("501 5.5.4");
        }
    }

    @Test
    void tlsIsStartedOnce() throws IOException {
        try (SmtpClient client = SmtpClient.withStartTls(door.smtpPort())) {
            assertThat(client.say("STARTTLS")).startsWith("503 5.5.1");
        }
        try (SmtpClient client = door.client()) {
            assertThat(client.say("STARTTLS")).startsWith("503 5.5.1");
        }
    }

    @Test
    void withoutACertificateTheClientIsAskedToComeBack() throws IOException {
        var setup = new Setup();
        setup.tls = Optional::empty;
        try (IntakeUnderTest bare = new IntakeUnderTest(folder.resolve("bare"), setup);
                SmtpClient client = SmtpClient.inClear(bare.smtpPort())) {
            client.reply();
            assertThat(client.say("STARTTLS")).startsWith("454 4.7.0");
            assertThat(client.say("NOOP")).startsWith("250");
            try (SmtpClient implicit = SmtpClient.inClear(bare.smtpsPort())) {
                assertThat(implicit.isClosedByServer()).isTrue();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void bothVersionsOfTlsAreSpoken(String version) throws IOException {
        try (SmtpClient client = SmtpClient.inClear(door.smtpsPort())) {
            SSLSocket tls = client.handshake(TestCertificate.client(), version);
            assertThat(client.reply()).startsWith("220 ");
            assertThat(tls.getSession().getProtocol()).isEqualTo(version);
            assertThat(tls.getSession().getCipherSuite()).contains("GCM");
        }
    }

    @Test
    void aSecondHandshakeEndsTheSession() throws IOException {
        try (SmtpClient client = SmtpClient.inClear(door.smtpsPort())) {
            SSLSocket tls = client.handshake(TestCertificate.client(), "TLSv1.2");
            client.reply();
            assertThatThrownBy(
                            () -> {
                                tls.startHandshake();
                                for (int i = 0; i < 1_000; i++) {
                                    client.say("NOOP");
                                }
                                if (client.isClosedByServer()) {
                                    throw new IOException("closed");
                                }
                            })
                    .isInstanceOf(IOException.class);
            await().until(() -> door.intake().connections() == 0);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "TLSv1.2, TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256",
        "TLSv1.2, TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384",
        "TLSv1.2, TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA"
    })
    void suitesWithoutAuthenticatedEncryptionAreRefused(String version, String suite)
            throws IOException {
        try (SmtpClient client = SmtpClient.inClear(door.smtpsPort())) {
            SSLSocket tls =
                    (SSLSocket)
                            TestCertificate.client()
                                    .getSocketFactory()
                                    .createSocket(
                                            client.socket(), "localhost", door.smtpsPort(), true);
            tls.setEnabledProtocols(new String[] {version});
            tls.setEnabledCipherSuites(new String[] {suite});
            assertThatThrownBy(tls::startHandshake).isInstanceOf(SSLException.class);
        }
    }

    @Test
    void aFailedHandshakeEndsTheSessionWithoutAWordInClear() throws IOException {
        try (SmtpClient client = SmtpClient.inClear(door.smtpPort())) {
            client.reply();
            client.say("STARTTLS");
            client.send("EHLO not.tls\r\n");
            var answer = new ByteArrayOutputStream();
            client.socket().getInputStream().transferTo(answer);
            assertThat(answer.toString(US_ASCII)).doesNotContain("250");
        }
    }
}
