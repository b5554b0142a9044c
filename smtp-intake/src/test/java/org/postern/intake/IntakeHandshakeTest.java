package org.postern.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.intake.IntakeProperties.Patience;
import org.postern.intake.IntakeUnderTest.Setup;

/// Handshakes that fail, each as an operator sees it: in the log and in a count.
class IntakeHandshakeTest {

    @TempDir Path folder;
    private IntakeUnderTest door;
    private LoggedLines logged;

    @BeforeEach
    void open() throws IOException {
        logged = LoggedLines.of(Handshakes.class);
        var setup = new Setup();
        setup.patience =
                new Patience(
                        Duration.ofSeconds(20),
                        Duration.ofSeconds(1),
                        500,
                        Duration.ofSeconds(20),
                        Duration.ofMillis(10));
        door = new IntakeUnderTest(folder, setup);
    }

    @AfterEach
    void close() {
        door.close();
        logged.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.1", "TLSv1"})
    void aClientOfAnOldVersionIsToldApart(String version) throws Exception {
        // a ClientHello of that version with one suite and no extensions; the JDK will not send one
        String minor = version.equals("TLSv1") ? "01" : "02";
        String hello = "03" + minor + "00".repeat(32) + "00" + "0002c00a" + "0100";
        String handshake =
                "010000" + HexFormat.of().toHexDigits((byte) (hello.length() / 2)) + hello;
        try (SmtpClient client = SmtpClient.inClear(door.smtpsPort())) {
            client.send(
                    HexFormat.of()
                            .parseHex(
                                    "16030100"
                                            + HexFormat.of()
                                                    .toHexDigits((byte) (handshake.length() / 2))
                                            + handshake));
            counts(HandshakeFailure.NO_SHARED_VERSION);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256",
                "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256" // the certificate is ECDSA
            })
    void aClientWithoutASharedSuiteIsToldApart(String suite) throws Exception {
        fails(
                TestCertificate.client(),
                parameters -> {
                    parameters.setProtocols(new String[] {"TLSv1.2"});
                    parameters.setCipherSuites(new String[] {suite});
                });
        counts(HandshakeFailure.NO_SHARED_CIPHER);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void aClientWithoutASharedGroupIsToldApart(String version) throws Exception {
        fails(
                TestCertificate.client(),
                parameters -> {
                    parameters.setProtocols(new String[] {version});
                    parameters.setNamedGroups(new String[] {"secp521r1"});
                });
        counts(HandshakeFailure.NO_SHARED_CIPHER);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void aClientThatDoesNotTrustUsIsToldApart(String version) throws Exception {
        fails(
                SSLContext.getDefault(),
                parameters -> parameters.setProtocols(new String[] {version}));
        counts(HandshakeFailure.CLIENT_REFUSED_CERTIFICATE);
        assertThat(logged.containing("version=" + version).getFirst())
                .contains("peer=127.0.0.1")
                .contains("cipher=TLS_")
                .contains("the client does not accept our certificate");
    }

    @Test
    void aClientThatGoesAwayIsToldApart() throws Exception {
        try (SmtpClient client = SmtpClient.inClear(door.smtpsPort())) {
            client.send(new byte[] {22, 3, 1});
        }
        counts(HandshakeFailure.CLOSED_EARLY);
    }

    @Test
    void aPortThatIsOnlyLookedAtIsToldApart() throws Exception {
        SmtpClient.inClear(door.smtpsPort()).close();
        counts(HandshakeFailure.CLOSED_EARLY);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3})
    void aClientThatFallsSilentIsToldApart(int bytes) throws Exception {
        try (SmtpClient client = SmtpClient.inClear(door.smtpsPort())) {
            client.send(Arrays.copyOf(new byte[] {22, 3, 1}, bytes));
            counts(HandshakeFailure.TIMEOUT);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"EHLO client.example\r\n", "GET / HTTP/1.1\r\nHost: x\r\n\r\n"})
    void whoSpeaksAnotherProtocolIsToldApart(String words) throws Exception {
        try (SmtpClient client = SmtpClient.inClear(door.smtpsPort())) {
            client.send(words);
            counts(HandshakeFailure.NOT_TLS);
        }
    }

    @Test
    void theLabelsAreAsDocumented() {
        assertThat(
                        Stream.of(HandshakeFailure.values())
                                .map(HandshakeFailure::label)
                                .collect(Collectors.toSet()))
                .isEqualTo(
                        Set.of(
                                "no-shared-version",
                                "no-shared-cipher",
                                "client-refused-certificate",
                                "closed-early",
                                "timeout",
                                "not-tls",
                                "other"));
    }

    private void fails(SSLContext context, Consumer<SSLParameters> how) throws IOException {
        try (SmtpClient client = SmtpClient.inClear(door.smtpPort())) {
            client.reply();
            client.say("STARTTLS");
            SSLSocket tls =
                    (SSLSocket)
                            context.getSocketFactory()
                                    .createSocket(
                                            client.socket(), "localhost", door.smtpPort(), true);
            SSLParameters parameters = tls.getSSLParameters();
            how.accept(parameters);
            tls.setSSLParameters(parameters);
            assertThatThrownBy(tls::startHandshake).isInstanceOf(SSLException.class);
        }
    }

    /// This reason once, and no other.
    private void counts(HandshakeFailure expected) {
        await().untilAsserted(() ->
                assertThat(
                                Stream.of(HandshakeFailure.values())
                                        .filter(each -> door.intake().failedHandshakes(each) > 0))
                        .describedAs("%s", logged.containing(""))
                        .containsExactly(expected));
        assertThat(door.intake().failedHandshakes(expected)).isEqualTo(1);
        assertThat(logged.containing("reason=" + expected.label())).hasSize(1);
    }
}
