package org.postern.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.server.embedded.StartRefusedException;

class CertificateFilesTest {

    @TempDir Path folder;
    private final Hand clock = new Hand(Instant.now().plusSeconds(60));

    /// A clock that a test sets.
    private static final class Hand extends Clock {
        private Instant now;

        Hand(Instant now) {
            this.now = now;
        }

        void pass(Duration time) {
            now = now.plus(time);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    private CertificateFiles.Pair make(String file, String key, String name, int days)
            throws Exception {
        List<String> command =
                new ArrayList<>(List.of("openssl", "req", "-x509", "-nodes", "-newkey"));
        command.addAll(Arrays.asList(key.split(" ", -1)));
        command.addAll(
                List.of(
                        "-days",
                        Integer.toString(days),
                        "-subj",
                        "/CN=" + name,
                        "-addext",
                        "subjectAltName=DNS:" + name,
                        "-keyout",
                        file + ".key",
                        "-out",
                        file + ".pem"));
        Process openssl =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("openssl.log").toFile())
                        .start();
        assertThat(openssl.waitFor()).isZero();
        return pair(file);
    }

    private CertificateFiles.Pair pair(String file) {
        return new CertificateFiles.Pair(
                folder.resolve(file + ".pem"), folder.resolve(file + ".key"));
    }

    private static final String EC = "ec -pkeyopt ec_paramgen_curve:P-256";

    @Test
    void aChangedCertificateIsShownWithinSeconds() throws Exception {
        CertificateFiles files =
                CertificateFiles.open(List.of(make("a", EC, "old.example", 9)), clock);
        assertThat(shown(files, "x.example")).isEqualTo("CN=old.example");
        change("a", "new.example");
        assertThat(shown(files, "x.example")).isEqualTo("CN=old.example");
        clock.pass(Duration.ofSeconds(10));
        assertThat(shown(files, "x.example")).isEqualTo("CN=new.example");
    }

    @Test
    void aCertificateThatMakesNoSenseIsRefusedAndTheOldOneStays() throws Exception {
        CertificateFiles files =
                CertificateFiles.open(List.of(make("a", EC, "old.example", 9)), clock);
        byte[] whole = Files.readAllBytes(folder.resolve("a.pem"));
        for (byte[] content :
                List.of(
                        Arrays.copyOf(whole, whole.length / 2),
                        new byte[0],
                        Files.readAllBytes(make("b", EC, "other.example", 9).certificate()))) {
            write("a.pem", content);
            clock.pass(Duration.ofSeconds(10));
            assertThat(shown(files, "x.example")).isEqualTo("CN=old.example");
        }
        Files.delete(folder.resolve("a.pem"));
        clock.pass(Duration.ofSeconds(10));
        assertThat(shown(files, "x.example")).isEqualTo("CN=old.example");
        change("a", "new.example");
        clock.pass(Duration.ofSeconds(10));
        assertThat(shown(files, "x.example")).isEqualTo("CN=new.example");
    }

    @Test
    void anExpiredCertificateIsNotShown() throws Exception {
        CertificateFiles files =
                CertificateFiles.open(List.of(make("a", EC, "a.example", 2)), clock);
        clock.pass(Duration.ofDays(3));
        assertThat(files.get()).isEmpty();
        assertThat(files.endsAt()).isBefore(clock.instant());
    }

    @Test
    void theNameAskedForChoosesTheCertificate() throws Exception {
        CertificateFiles files =
                CertificateFiles.open(
                        List.of(make("a", EC, "a.example", 9), make("b", EC, "b.example", 9)),
                        clock);
        assertThat(shown(files, "a.example")).isEqualTo("CN=a.example");
        assertThat(shown(files, "b.example")).isEqualTo("CN=b.example");
    }

    @Test
    void aClientWithoutEcdsaIsShownTheRsaCertificate() throws Exception {
        CertificateFiles files =
                CertificateFiles.open(
                        List.of(
                                make("a", EC, "a.example", 9),
                                make("b", "rsa:2048", "a.example", 9)),
                        clock);
        assertThat(algorithm(files, "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384")).isEqualTo("RSA");
        assertThat(algorithm(files, "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384")).isEqualTo("EC");
    }

    @Test
    void whatIsWrongFromTheStartStopsTheStartWithTheFilesName() throws Exception {
        make("a", EC, "a.example", 9);
        make("b", EC, "b.example", 9);
        assertThatThrownBy(() ->
                        CertificateFiles.open(
                                List.of(
                                        new CertificateFiles.Pair(
                                                folder.resolve("a.pem"), folder.resolve("b.key"))),
                                clock))
                .isInstanceOf(StartRefusedException.class)
                .hasMessageContaining("b.key is not the key of ");
        assertThatThrownBy(() -> CertificateFiles.open(List.of(pair("none")), clock))
                .isInstanceOf(StartRefusedException.class)
                .hasMessageContaining("none.pem");
    }

    private void change(String file, String name) throws Exception {
        make(file, EC, name, 9);
        touch(file + ".pem");
    }

    private void write(String file, byte[] content) throws IOException {
        Files.write(folder.resolve(file), content);
        touch(file);
    }

    /// Within one tick of a coarse file system two writes have one time.
    private void touch(String file) throws IOException {
        Files.setLastModifiedTime(
                folder.resolve(file), FileTime.from(clock.instant().plusSeconds(1)));
    }

    private static String shown(CertificateFiles files, String name) throws Exception {
        return handshake(files, name, "TLSv1.3").getSubjectX500Principal().getName();
    }

    private static String algorithm(CertificateFiles files, String suite) throws Exception {
        return handshake(files, "a.example", "TLSv1.2", suite).getPublicKey().getAlgorithm();
    }

    private static X509Certificate handshake(
            CertificateFiles files, String name, String protocol, String... suites)
            throws Exception {
        SSLContext door = files.get().orElseThrow();
        SSLContext client = SSLContext.getInstance("TLS");
        client.init(null, new TrustManager[] {new Anyone()}, null);
        try (ServerSocket listening = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"));
                ExecutorService side = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Void> serving =
                    side.submit(() -> {
                        try (SSLSocket socket =
                                (SSLSocket)
                                        door.getSocketFactory()
                                                .createSocket(listening.accept(), null, true)) {
                            socket.startHandshake();
                            socket.getOutputStream().write(1);
                        }
                        return null;
                    });
            try (SSLSocket socket =
                    (SSLSocket)
                            client.getSocketFactory()
                                    .createSocket("127.0.0.1", listening.getLocalPort())) {
                SSLParameters parameters = socket.getSSLParameters();
                parameters.setServerNames(List.of(new SNIHostName(name)));
                parameters.setProtocols(new String[] {protocol});
                if (suites.length > 0) {
                    parameters.setCipherSuites(suites);
                }
                socket.setSSLParameters(parameters);
                socket.startHandshake();
                assertThat(socket.getInputStream().read()).isOne();
                serving.get();
                return (X509Certificate) socket.getSession().getPeerCertificates()[0];
            }
        }
    }

    private static final class Anyone implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {
            throw new IllegalStateException();
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {
            // the test looks for itself
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
