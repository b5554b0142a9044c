package org.postern.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.db.store.Tenant;

/// The file of `--client-ca`, as an administrator may get it right or wrong.
class AskedAuthorityTest {

    private static final List<String> NAMES = List.of("Gateway.Example.com", "*.example.net");

    @TempDir static Path folder;
    private static byte[] authority;
    private static byte[] gateway;

    @BeforeAll
    static void issue() throws Exception {
        make("ca", "-ext", "bc:critical=ca:true", "-ext", "ku:critical=keyCertSign");
        make("gateway", "-signer", "ca", "-ext", "SAN=dns:gateway.example.com");
        authority = export("ca");
        gateway = export("gateway");
    }

    private static void make(String name, String... words) throws Exception {
        List<String> command =
                new ArrayList<>(
                        List.of("-genkeypair", "-alias", name, "-dname", "CN=" + name, "-keyalg"));
        command.addAll(List.of("EC", "-groupname", "secp256r1", "-validity", "10"));
        command.addAll(List.of(words));
        keytool(command);
    }

    private static byte[] export(String name) throws Exception {
        Path file = folder.resolve(name + ".der");
        keytool(List.of("-exportcert", "-alias", name, "-file", file.toString()));
        return Files.readAllBytes(file);
    }

    private static void keytool(List<String> words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(words);
        command.addAll(List.of("-keystore", folder.resolve("store.p12").toString()));
        command.addAll(List.of("-storepass", "only-for-tests"));
        Path log = folder.resolve("keytool.log");
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        if (process.waitFor() != 0) {
            throw new IllegalStateException(Files.readString(log));
        }
    }

    private static String pem(byte[] certificate) {
        return "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate)
                + "\n-----END CERTIFICATE-----\n";
    }

    private static AskedAuthority asked(byte[] file) {
        return new AskedAuthority(Optional.of(Base64.getEncoder().encodeToString(file)), NAMES);
    }

    private static String refusal(AskedAuthority asked, Instant now) {
        List<String> sentences = new ArrayList<>();
        assertThatExceptionOfType(Provisioning.RefusedException.class)
                .isThrownBy(() -> asked.toAuthority(now))
                .satisfies(e -> sentences.add(String.valueOf(e.getMessage())));
        return sentences.getFirst();
    }

    @Test
    void pemAndDerAreTheSame() throws Exception {
        Tenant.ClientAuthority expected =
                new Tenant.ClientAuthority(
                        List.of(Base64.getEncoder().encodeToString(authority)),
                        List.of("gateway.example.com", "*.example.net"));
        Instant now = Instant.now();
        assertThat(asked(authority).toAuthority(now)).contains(expected);
        byte[] pem = ("Subject: CN=ca\n" + pem(authority)).getBytes(US_ASCII);
        assertThat(asked(pem).toAuthority(now)).contains(expected);
    }

    @Test
    void anAuthorityAndItsSuccessorMayBeInOneFile() throws Exception {
        byte[] two = (pem(authority) + pem(authority)).getBytes(US_ASCII);
        assertThat(asked(two).toAuthority(Instant.now()).orElseThrow().certificates()).hasSize(2);
        byte[] many = pem(authority).repeat(11).getBytes(US_ASCII);
        assertThat(refusal(asked(many), Instant.now())).contains("more than 10");
    }

    @Test
    void whatIsNoCertificateIsSaidToBeNone() {
        String half = pem(authority).substring(0, 200);
        for (String file : List.of("", "hello", half, "-----BEGIN CERTIFICATE-----\n")) {
            assertThat(refusal(asked(file.getBytes(US_ASCII)), Instant.now()))
                    .contains("holds no certificate, or one that is malformed");
        }
    }

    @Test
    void theGatewaysOwnCertificateIsNotAnAuthoritys() {
        assertThat(refusal(asked(gateway), Instant.now())).contains("name the issuer");
        byte[] both = (pem(authority) + pem(gateway)).getBytes(US_ASCII);
        assertThat(refusal(asked(both), Instant.now())).contains("name the issuer");
    }

    @Test
    void anAuthorityThatHasEndedOrNotBegunIsRefusedWithItsDay() {
        Instant now = Instant.now();
        assertThat(refusal(asked(authority), now.plus(Duration.ofDays(11))))
                .contains("has ended on 20");
        assertThat(refusal(asked(authority), now.minus(Duration.ofDays(1))))
                .contains("not valid before 20");
    }

    @Test
    void fileAndNamesBelongTogether() throws Exception {
        String base64 = Base64.getEncoder().encodeToString(authority);
        for (AskedAuthority half :
                List.of(
                        new AskedAuthority(Optional.of(base64), List.of()),
                        new AskedAuthority(Optional.empty(), NAMES))) {
            assertThat(refusal(half, Instant.now())).contains("belong together");
        }
        AskedAuthority noName = new AskedAuthority(Optional.of(base64), List.of("a b"));
        assertThat(refusal(noName, Instant.now())).contains("no domain name");
        assertThat(AskedAuthority.NONE.toAuthority(Instant.now())).isEmpty();
    }
}
