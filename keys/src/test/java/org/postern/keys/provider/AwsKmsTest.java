package org.postern.keys.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.crypto.sealed.OpeningFailedException;
import software.amazon.awssdk.services.kms.KmsClient;
import tools.jackson.databind.JsonNode;

class AwsKmsTest implements DistantKeyProviderContract {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final List<Duration> pauses = new ArrayList<>();
    private KmsServer kms;
    private String key;

    /// Where programs on AWS look first.
    @BeforeAll
    static void setCredentials() {
        System.setProperty("aws.accessKeyId", KmsServer.ACCESS_KEY);
        System.setProperty("aws.secretAccessKey", KmsServer.SECRET_KEY);
    }

    @AfterAll
    static void clearCredentials() {
        System.clearProperty("aws.accessKeyId");
        System.clearProperty("aws.secretAccessKey");
    }

    @BeforeEach
    void start() throws IOException {
        kms = KmsServer.start();
        key = kms.createKey();
    }

    @AfterEach
    void stop() {
        kms.close();
    }

    @Override
    public KeyProvider provider() {
        return provider(PATIENCE, key);
    }

    @Override
    public KeyProvider afterRotation() {
        return provider(PATIENCE, kms.createKey(), key);
    }

    @Override
    public List<String> credentials() {
        return List.of(KmsServer.SECRET_KEY);
    }

    @Override
    public KeyProvider providerOfOneThatGoes() throws Exception {
        return provider();
    }

    @Override
    public void takeAway() {
        kms.close();
    }

    @Test
    void itAsksAsTheApiWantsItAsked() throws Exception {
        byte[] secret = KeyProviderContract.secret();
        byte[] wrapped = provider().wrap(secret, CONTEXT);
        provider().unwrap(wrapped, CONTEXT);
        afterRotation().rewrap(wrapped, CONTEXT);

        assertThat(kms.seen())
                .extracting(KmsServer.Seen::target)
                .containsExactly(
                        "TrentService.Encrypt", "TrentService.Decrypt", "TrentService.ReEncrypt");
        JsonNode encrypt = kms.seen().get(0).body();
        assertThat(encrypt.propertyNames())
                .containsExactlyInAnyOrder("KeyId", "Plaintext", "EncryptionContext");
        assertThat(Base64.getDecoder().decode(encrypt.path("Plaintext").asString()))
                .isEqualTo(secret);
        assertThat(encrypt.path("EncryptionContext").toString())
                .isEqualTo(
                        "{\"postern:purpose\":\"postern tenant key\",\"postern:number\":\"3\","
                                + "\"postern:tenant\":\""
                                + TENANT.value()
                                + "\"}");
        assertThat(kms.seen().get(1).body().propertyNames())
                .containsExactlyInAnyOrder("KeyId", "CiphertextBlob", "EncryptionContext");
        assertThat(kms.seen().get(1).body().path("KeyId").asString()).isEqualTo(key);
        assertThat(kms.seen().get(2).body().toString())
                .as("the secret does not leave the keeper")
                .doesNotContain("Plaintext");
    }

    @ParameterizedTest
    @CsvSource({
        "400, ThrottlingException",
        "429, TooManyRequestsException",
        "500, KMSInternalException",
        "503, DependencyTimeoutException"
    })
    void aBusyKmsIsAskedAgainAfterAPauseAndIsAwayAfterThreeAttempts(int status, String code)
            throws Exception {
        KmsServer.Reply busy = KmsServer.error(status, code);
        kms.next(busy.status(), busy.body());
        kms.next(busy.status(), busy.body());
        byte[] secret = KeyProviderContract.secret();
        assertThat(provider().unwrap(provider().wrap(secret, CONTEXT), CONTEXT)).isEqualTo(secret);
        assertThat(pauses).containsExactly(Duration.ofMillis(100), Duration.ofMillis(400));

        int before = kms.seen().size();
        for (int i = 0; i < 3; i++) {
            kms.next(busy.status(), busy.body());
        }
        assertThatThrownBy(() -> provider().wrap(secret, CONTEXT))
                .isInstanceOf(KeyProviderAwayException.class)
                .hasMessageContaining(code);
        assertThat(kms.seen()).hasSize(before + 3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "AccessDeniedException",
                "DisabledException",
                "KMSInvalidStateException",
                "NotFoundException",
                "ExpiredTokenException"
            })
    void whatTheOperatorMustRepairIsNotTakenForDamageAndNotAskedAgain(String code) {
        byte[] wrapped = provider().wrap(KeyProviderContract.secret(), CONTEXT);
        KmsServer.Reply reply = KmsServer.error(400, code);
        kms.next(reply.status(), reply.body());

        assertThatThrownBy(() -> provider().unwrap(wrapped, CONTEXT))
                .isInstanceOf(KeyProviderAwayException.class)
                .hasMessageContaining(code)
                .hasMessageNotContaining("as asked");
        assertThat(kms.seen()).hasSize(2);
    }

    @Test
    void anIncorrectKeyIsRefused() {
        byte[] wrapped = provider().wrap(KeyProviderContract.secret(), CONTEXT);
        KmsServer.Reply reply = KmsServer.error(400, "IncorrectKeyException");
        kms.next(reply.status(), reply.body());

        KeyProviderContract.assertRefused(provider(), wrapped, CONTEXT);
    }

    /// KMS itself would open what any key that we may use has sealed.
    @Test
    void aKeyThatIsNotNamedIsNotAskedFor() {
        byte[] wrapped = provider(PATIENCE, kms.createKey()).wrap(new byte[32], CONTEXT);
        int before = kms.seen().size();

        KeyProviderContract.assertRefused(provider(), wrapped, CONTEXT);
        assertThat(kms.seen()).hasSize(before);
    }

    @Test
    void aKmsThatDoesNotAnswerIsAway() {
        for (int i = 0; i < 3; i++) {
            kms.next(0, "");
        }

        assertThatThrownBy(() -> provider(Duration.ofMillis(300), key).wrap(new byte[32], CONTEXT))
                .isInstanceOf(KeyProviderAwayException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{}", "[]", "{\"Plaintext\":7}", "<html>login</html>"})
    void anAnswerThatMakesNoSenseIsNoKey(String body) {
        KeyProvider provider = provider();
        byte[] wrapped = provider.wrap(KeyProviderContract.secret(), CONTEXT);
        for (int i = 0; i < 3; i++) {
            kms.next(200, body);
        }

        assertThatThrownBy(() -> provider.unwrap(wrapped, CONTEXT))
                .isInstanceOf(KeyProviderAwayException.class);
    }

    @Test
    void aSecretThatComesBackInAnotherLengthIsRefused() {
        KeyProvider provider = provider();
        byte[] wrapped = provider.wrap(KeyProviderContract.secret(), CONTEXT);
        for (int length : new int[] {0, 31, 33}) {
            String plain = Base64.getEncoder().encodeToString(new byte[length]);
            kms.next(200, "{\"Plaintext\":\"" + plain + "\"}");

            assertThatThrownBy(() -> provider.unwrap(wrapped, CONTEXT))
                    .isInstanceOf(OpeningFailedException.class);
        }
    }

    @Test
    void onlyArnsOfKeysInOneRegionAreTaken() {
        assertThat(AwsKms.areKeys(List.of(key))).isTrue();
        for (List<String> wrong :
                List.of(
                        List.<String>of(),
                        List.of("alias/postern"),
                        List.of(key.replace(":key/", ":alias/")),
                        List.of(key, key.replace("eu-central-1", "eu-west-1")))) {
            assertThat(AwsKms.areKeys(wrong)).as(wrong.toString()).isFalse();
        }
    }

    private KeyProvider provider(Duration patience, String... keys) {
        return new AwsKms(
                KmsClient.builder().endpointOverride(kms.address()),
                patience,
                List.of(keys),
                pauses::add);
    }
}
