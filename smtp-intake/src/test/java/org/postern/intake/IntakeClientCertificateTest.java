package org.postern.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.db.store.Tenant;

/// Connectors that are known by the key of a client certificate.
class IntakeClientCertificateTest {

    @TempDir Path folder;
    private IntakeUnderTest door;

    @BeforeEach
    void open() {
        open(TestCertificate.pin());
    }

    private void open(String pin) {
        IntakeUnderTest.Setup setup = new IntakeUnderTest.Setup();
        setup.tenants =
                List.of(
                        IntakeUnderTest.clinic(
                                Tenant.Connector.of(IntakeUnderTest.GATEWAY, "gateway", List.of())
                                        .withCertificates(List.of("unused", pin))));
        door = new IntakeUnderTest(folder.resolve(Integer.toString(pin.hashCode())), setup);
    }

    @AfterEach
    void close() {
        door.close();
    }

    private String mail(SSLContext context, String... protocols) throws IOException {
        try (SmtpClient client = SmtpClient.inClear(door.smtpsPort())) {
            client.handshake(context, protocols);
            client.reply();
            client.say("EHLO client.example");
            return client.say("MAIL FROM:<nurse@example.com>");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void theCertificateWithThePinnedKeyIsEnough(String protocol) throws IOException {
        assertThat(mail(TestCertificate.clientWithCertificate(), protocol))
                .isEqualTo("250 2.1.0 Sender OK");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void withoutACertificateTheHandshakeSucceedsAndMailIsRefused(String protocol)
            throws IOException {
        assertThat(mail(TestCertificate.client(), protocol))
                .isEqualTo("550 5.7.1 Not allowed to send from here");
    }

    @Test
    void anotherKeyIsNotEnough() throws IOException {
        door.close();
        open("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
        assertThat(mail(TestCertificate.clientWithCertificate()))
                .isEqualTo("550 5.7.1 Not allowed to send from here");
    }
}
