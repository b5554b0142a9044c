package org.postern.keys.provider;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.crypto.sealed.OpeningFailedException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class VaultTransitTest implements DistantKeyProviderContract {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir private Path folder;
    private Path token;
    private VaultServer vault;
    private final List<Duration> pauses = new ArrayList<>();

    @BeforeEach
    void start() throws IOException {
        vault = VaultServer.start();
        token = Files.writeString(folder.resolve("token"), VaultServer.TOKEN + "\n");
    }

    @AfterEach
    void stop() {
        vault.close();
    }

    @Override
    public KeyProvider provider() throws Exception {
        return provider(vault.address(), Optional.empty(), PATIENCE);
    }

    @Override
    public KeyProvider afterRotation() throws Exception {
        vault.rotate();
        return provider();
    }

    @Override
    public List<String> credentials() {
        return List.of(VaultServer.TOKEN);
    }

    @Override
    public KeyProvider providerOfOneThatGoes() throws Exception {
        return provider();
    }

    @Override
    public void takeAway() {
        vault.close();
    }

    @Test
    void itAsksAsTheApiWantsItAsked() throws Exception {
        byte[] secret = KeyProviderContract.secret();
        KeyProvider provider = provider();
        byte[] wrapped = provider.wrap(secret, CONTEXT);
        provider.unwrap(wrapped, CONTEXT);
        provider.currentVersion();

        assertThat(vault.seen())
                .extracting(seen -> seen.method() + " " + seen.path())
                .containsExactly(
                        "POST /v1/transit/encrypt/postern-root",
                        "POST /v1/transit/decrypt/postern-root",
                        "GET /v1/transit/keys/postern-root");
        JsonNode encrypt = JsonMapper.shared().readTree(vault.seen().get(0).body());
        assertThat(encrypt.propertyNames())
                .containsExactlyInAnyOrder("plaintext", "associated_data");
        assertThat(Base64.getDecoder().decode(encrypt.path("plaintext").asString()))
                .isEqualTo(secret);
        assertThat(Base64.getDecoder().decode(encrypt.path("associated_data").asString()))
                .isEqualTo(CONTEXT.associatedData());
        JsonNode decrypt = JsonMapper.shared().readTree(vault.seen().get(1).body());
        assertThat(decrypt.propertyNames())
                .containsExactlyInAnyOrder("ciphertext", "associated_data");
        assertThat(decrypt.path("ciphertext").asString()).isEqualTo(new String(wrapped, US_ASCII));
    }

    @ParameterizedTest
    @ValueSource(ints = {412, 429, 472, 473, 500, 503})
    void aBusyVaultIsAskedAgainAfterAPause(int status) throws Exception {
        vault.next(status, "{\"errors\":[]}");
        vault.next(status, "");
        byte[] secret = KeyProviderContract.secret();
        KeyProvider provider = provider();

        assertThat(provider.unwrap(provider.wrap(secret, CONTEXT), CONTEXT)).isEqualTo(secret);
        assertThat(pauses).containsExactly(Duration.ofMillis(100), Duration.ofMillis(400));
    }

    @Test
    void aVaultThatStaysBusyIsAwayAfterThreeAttempts() throws Exception {
        for (int i = 0; i < 10; i++) {
            vault.next(429, "");
        }
        KeyProvider provider = provider();

        assertThatThrownBy(() -> provider.wrap(KeyProviderContract.secret(), CONTEXT))
                .isInstanceOf(KeyProviderAwayException.class)
                .hasMessageContaining("429");
        assertThat(vault.seen()).hasSize(3);
    }

    @Test
    void aVaultThatDoesNotAnswerIsAway() throws Exception {
        for (int i = 0; i < 3; i++) {
            vault.next(0, "");
        }
        KeyProvider hasty = provider(vault.address(), Optional.empty(), Duration.ofMillis(100));

        assertThatThrownBy(() -> hasty.wrap(KeyProviderContract.secret(), CONTEXT))
                .isInstanceOf(KeyProviderAwayException.class)
                .hasMessageContaining("HttpTimeoutException");
    }

    @Test
    void whatTheOperatorMustRepairIsNotTakenForDamageAndNotAskedAgain() throws Exception {
        byte[] wrapped = provider().wrap(KeyProviderContract.secret(), CONTEXT);
        for (VaultServer.Reply reply :
                List.of(
                        VaultServer.error(400, "encryption key not found"),
                        VaultServer.error(403, "permission denied"),
                        VaultServer.error(404, "no handler for route"),
                        new VaultServer.Reply(302, ""))) {
            int before = vault.seen().size();
            vault.next(reply.status(), reply.body());

            assertThatThrownBy(() -> provider().unwrap(wrapped, CONTEXT))
                    .isInstanceOf(KeyProviderAwayException.class);
            assertThat(vault.seen()).hasSize(before + 1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{",
                "{\"data\":{}}",
                "{\"data\":{\"plaintext\":\"?\",\"ciphertext\":\"vault:v0:AAAA\"}}",
                "{\"data\":{\"plaintext\":7,\"ciphertext\":\"AAAA\"}}",
                "<html>login</html>"
            })
    void anAnswerThatMakesNoSenseIsNoKey(String body) throws Exception {
        KeyProvider provider = provider();
        byte[] wrapped = provider.wrap(KeyProviderContract.secret(), CONTEXT);

        vault.next(200, body);
        assertThatThrownBy(() -> provider.unwrap(wrapped, CONTEXT))
                .isInstanceOf(KeyProviderAwayException.class);
        vault.next(200, body);
        assertThatThrownBy(() -> provider.wrap(KeyProviderContract.secret(), CONTEXT))
                .isInstanceOf(KeyProviderAwayException.class);
        vault.next(200, body);
        assertThatThrownBy(provider::currentVersion).isInstanceOf(KeyProviderAwayException.class);
    }

    @Test
    void anEndlessAnswerIsNotReadToItsEnd() throws Exception {
        for (int i = 0; i < 3; i++) {
            vault.next(200, "{\"data\":\"" + "a".repeat(1 << 20) + "\"}");
        }

        assertThatThrownBy(() -> provider().wrap(KeyProviderContract.secret(), CONTEXT))
                .isInstanceOf(KeyProviderAwayException.class);
    }

    @Test
    void aSecretThatComesBackInAnotherLengthIsRefused() throws Exception {
        KeyProvider provider = provider();
        byte[] wrapped = provider.wrap(KeyProviderContract.secret(), CONTEXT);
        for (int length : new int[] {0, 31, 33}) {
            String plain = Base64.getEncoder().encodeToString(new byte[length]);
            vault.next(200, "{\"data\":{\"plaintext\":\"" + plain + "\"}}");

            assertThatThrownBy(() -> provider.unwrap(wrapped, CONTEXT))
                    .isInstanceOf(OpeningFailedException.class);
        }
    }

    @Test
    void aTokenThatWasRenewedIsUsedAtOnce() throws Exception {
        KeyProvider provider = provider();
        Files.writeString(token, "hvs.expired");
        assertThatThrownBy(() -> provider.wrap(KeyProviderContract.secret(), CONTEXT))
                .isInstanceOf(KeyProviderAwayException.class)
                .hasMessageContaining("403")
                .hasMessageNotContaining("hvs.");

        Files.writeString(token, VaultServer.TOKEN);
        assertThat(provider.wrap(KeyProviderContract.secret(), CONTEXT)).isNotEmpty();
    }

    @Test
    void aVaultForWhomNobodyVouchesHearsNoToken() throws Exception {
        Path store = folder.resolve("vault.p12");
        Path authority = folder.resolve("vault.pem");
        keytool(
                "-genkeypair",
                "-keystore",
                store.toString(),
                "-storepass",
                "changeit",
                "-storetype",
                "PKCS12",
                "-keyalg",
                "EC",
                "-alias",
                "vault",
                "-dname",
                "CN=vault",
                "-ext",
                "san=ip:127.0.0.1");
        keytool(
                "-exportcert",
                "-rfc",
                "-keystore",
                store.toString(),
                "-storepass",
                "changeit",
                "-alias",
                "vault",
                "-file",
                authority.toString());
        try (VaultServer tls = VaultServer.startTls(context(store))) {
            KeyProvider trusting = provider(tls.address(), Optional.empty(), PATIENCE);
            assertThatThrownBy(() -> trusting.wrap(KeyProviderContract.secret(), CONTEXT))
                    .isInstanceOf(KeyProviderAwayException.class);
            assertThat(tls.seen()).isEmpty();

            KeyProvider told = provider(tls.address(), Optional.of(authority), PATIENCE);
            assertThat(told.wrap(KeyProviderContract.secret(), CONTEXT)).isNotEmpty();
        }
    }

    @Test
    void withoutTlsOnlyThisMachineIsSpokenTo() {
        for (String open :
                List.of("http://vault.example.org:8200", "http://192.0.2.1", "ftp://a", "vault")) {
            assertThat(VaultTransit.isPrivate(URI.create(open))).as(open).isFalse();
            assertThatThrownBy(() ->
                            VaultTransit.at(URI.create(open), "root", token, Optional.empty()))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        for (String kept :
                List.of(
                        "https://vault.example.org",
                        "http://127.0.0.1:8200",
                        "http://[::1]:8200",
                        "http://localhost:8200")) {
            assertThat(VaultTransit.isPrivate(URI.create(kept))).as(kept).isTrue();
        }
    }

    private KeyProvider provider(URI address, Optional<Path> authorities, Duration patience)
            throws Exception {
        return new VaultTransit(
                new VaultConnection(address, token, authorities, patience),
                VaultServer.KEY,
                pauses::add);
    }

    private static SSLContext context(Path store) throws Exception {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, "changeit".toCharArray());
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
        managers.init(keys, "changeit".toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }

    private static void keytool(String... arguments) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }
}
