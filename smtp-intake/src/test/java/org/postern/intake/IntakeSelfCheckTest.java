package org.postern.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.intake.IntakeUnderTest.Setup;

/// A door calls itself before others do. Its certificate is for localhost.
class IntakeSelfCheckTest {

    private static final Optional<String> ITS_NAME = Optional.of("localhost");

    @TempDir Path folder;

    @Test
    void aCertificateForItsNameIsRight() {
        assertThat(problem(new Setup(), ITS_NAME)).isEmpty();
    }

    @Test
    void aCertificateForItsAddressIsRight() {
        assertThat(problem(new Setup(), Optional.of("127.0.0.1"))).isEmpty();
    }

    @Test
    void aCertificateForAnotherNameIsNot() {
        assertThat(problem(new Setup(), Optional.of("mx.example.net")).orElseThrow())
                .startsWith("clients would refuse the certificate: ")
                .contains("mx.example.net");
    }

    @Test
    void aDoorWithoutANameTriesTheHandshakeAlone() {
        assertThat(problem(new Setup(), Optional.empty())).isEmpty();
    }

    @Test
    void noCertificateAtAllIsNotRight() {
        var setup = new Setup();
        setup.tls = Optional::empty;
        assertThat(problem(setup, ITS_NAME))
                .contains("no valid certificate is there, so that STARTTLS is refused");
    }

    @Test
    void aDoorBehindABalancerSpeaksItsProtocol() {
        var setup = new Setup();
        setup.proxies = List.of("127.0.0.0/8");
        assertThat(problem(setup, ITS_NAME)).isEmpty();
    }

    @Test
    void aDoorThatIsClosedIsNotRight() {
        Intake intake;
        try (IntakeUnderTest door = new IntakeUnderTest(folder)) {
            intake = door.intake();
        }
        assertThat(intake.selfCheck(ITS_NAME))
                .contains("the SMTP door cannot make a TLS handshake with itself");
    }

    private Optional<String> problem(Setup setup, Optional<String> name) {
        try (IntakeUnderTest door = new IntakeUnderTest(folder, setup)) {
            Optional<String> problem = door.intake().selfCheck(name);
            await().until(() -> door.intake().connections() == 0); // it leaves nothing behind
            return problem;
        }
    }
}
