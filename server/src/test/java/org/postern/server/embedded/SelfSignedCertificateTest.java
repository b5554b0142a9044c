package org.postern.server.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SelfSignedCertificateTest {

    @TempDir Path temporary;

    private final Clock clock = Clock.systemUTC();
    private final SecureRandom random = new SecureRandom();

    @Test
    void itNamesThisMachineAndIsOnACurveThatEveryClientKnows() throws Exception {
        try (var folder = DataFolder.open(temporary)) {
            var made = SelfSignedCertificate.obtain(folder, clock, random);

            assertThat(made.certificate().getSubjectAlternativeNames())
                    .containsExactlyInAnyOrder(
                            List.of(2, "localhost"),
                            List.of(7, "127.0.0.1"),
                            List.of(7, "0:0:0:0:0:0:0:1"));
            assertThat(((ECPublicKey) made.certificate().getPublicKey()).getParams().toString())
                    .contains("secp256r1");
            assertThat(made.certificate().getSigAlgName()).isEqualTo("SHA256withECDSA");
            assertThat(
                            PosixFilePermissions.toString(
                                    Files.getPosixFilePermissions(made.keyStoreFile())))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void itIsKeptWhileItIsValidAndRenewedBeforeItEnds() throws Exception {
        try (var folder = DataFolder.open(temporary)) {
            var first = SelfSignedCertificate.obtain(folder, clock, random).certificate();
            assertThat(SelfSignedCertificate.obtain(folder, clock, random).certificate())
                    .isEqualTo(first);

            var later = Clock.offset(clock, Duration.ofDays(380));
            assertThat(SelfSignedCertificate.obtain(folder, later, random).certificate())
                    .isNotEqualTo(first);
        }
    }

    @Test
    void aClientThatTrustsItAloneVerifiesTheServersName() throws Exception {
        try (var folder = DataFolder.open(temporary);
                var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            var made = SelfSignedCertificate.obtain(folder, clock, random);
            try (var listening =
                            (SSLServerSocket)
                                    made.serverContext()
                                            .getServerSocketFactory()
                                            .createServerSocket(
                                                    0, 1, InetAddress.ofLiteral("127.0.0.1"));
                    var client =
                            (SSLSocket)
                                    SelfSignedCertificate.clientContext(made.certificateFile())
                                            .getSocketFactory()
                                            .createSocket()) {
                var served =
                        executor.submit(() -> {
                            try (var accepted = listening.accept()) {
                                accepted.getOutputStream().write('x');
                            }
                            return true;
                        });
                var parameters = client.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                client.setSSLParameters(parameters);
                client.connect(listening.getLocalSocketAddress());
                assertThat(client.getInputStream().read()).isEqualTo('x');
                assertThat(served.get()).isTrue();
            }
        }
    }
}
