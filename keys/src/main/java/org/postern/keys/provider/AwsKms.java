package org.postern.keys.provider;

import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.keys.provider.Attempts.BusyException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.KmsClientBuilder;
import software.amazon.awssdk.services.kms.model.IncorrectKeyException;
import software.amazon.awssdk.services.kms.model.InvalidCiphertextException;

/// The root key in AWS KMS: a symmetric key, the context as its encryption context, which its
/// policies may speak of and CloudTrail writes down (docs/format.md, section 4.7).
///
/// KMS rotates the material of a key without telling; a version that shows is another key, named
/// first.
public final class AwsKms implements KeyProvider {

    /// What it is called.
    public static final String NAME = "aws-kms";

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Pattern KEY =
            Pattern.compile(
                    "arn:aws[a-z-]*:kms:([a-z0-9-]{1,32}):[0-9]{12}:key/[A-Za-z0-9-]{1,64}");

    private final KmsClient kms;
    private final List<String> keys;
    private final Attempts attempts;

    AwsKms(KmsClientBuilder client, Duration patience, List<String> keys, Attempts.Pause pause) {
        if (!areKeys(keys)) {
            throw new IllegalArgumentException("not the ARNs of keys in one region");
        }
        // How often is decided here and once, as for every keeper.
        this.kms =
                client.region(region(keys.getFirst()))
                        .httpClientBuilder(
                                UrlConnectionHttpClient.builder()
                                        .connectionTimeout(Duration.ofSeconds(2)))
                        .overrideConfiguration(settings ->
                                settings.retryStrategy(none -> none.maxAttempts(1))
                                        .apiCallTimeout(patience))
                        .build();
        this.keys = List.copyOf(keys);
        this.attempts = new Attempts(NAME, pause);
    }

    /// Asks nobody yet. Credentials are looked for where all programs on AWS look: environment,
    /// shared files, web identity, container, instance.
    ///
    /// @param keys their ARNs: the first wraps, all unwrap
    /// @param endpoint of KMS, where it is not that of the first key's region
    public static AwsKms of(List<String> keys, Optional<URI> endpoint) {
        KmsClientBuilder client = KmsClient.builder();
        endpoint.ifPresent(client::endpointOverride);
        return new AwsKms(client, PATIENCE, keys, Thread::sleep);
    }

    /// Whether these are ARNs of keys, in one region; an alias may point elsewhere tomorrow.
    public static boolean areKeys(List<String> arns) {
        return !arns.isEmpty()
                && arns.stream().allMatch(arn -> KEY.matcher(arn).matches())
                && arns.stream().map(AwsKms::region).distinct().count() == 1;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public byte[] wrap(byte[] secret, WrapContext context) {
        if (secret.length != SECRET_BYTES) {
            throw new IllegalArgumentException("a secret has 32 bytes");
        }
        String key = keys.getFirst();
        try {
            SdkBytes wrapped =
                    ask(() ->
                            kms.encrypt(request ->
                                            request.keyId(key)
                                                    .plaintext(SdkBytes.fromByteArray(secret))
                                                    .encryptionContext(encryptionContext(context)))
                                    .ciphertextBlob());
            return new NamedWrap(key, wrapped.asByteArray()).toBytes();
        } catch (OpeningFailedException e) {
            throw attempts.away("Encrypt refused", e);
        }
    }

    @Override
    public byte[] unwrap(byte[] wrapped, WrapContext context) throws OpeningFailedException {
        NamedWrap named = named(wrapped);
        SdkBytes secret =
                ask(() ->
                        kms.decrypt(request ->
                                        request.keyId(named.key())
                                                .ciphertextBlob(
                                                        SdkBytes.fromByteArray(named.wrapped()))
                                                .encryptionContext(encryptionContext(context)))
                                .plaintext());
        if (secret.asByteArrayUnsafe().length != SECRET_BYTES) {
            throw new OpeningFailedException();
        }
        return secret.asByteArray();
    }

    @Override
    public byte[] rewrap(byte[] wrapped, WrapContext context) throws OpeningFailedException {
        NamedWrap named = named(wrapped);
        String key = keys.getFirst();
        SdkBytes again =
                ask(() ->
                        kms.reEncrypt(request ->
                                        request.sourceKeyId(named.key())
                                                .destinationKeyId(key)
                                                .ciphertextBlob(
                                                        SdkBytes.fromByteArray(named.wrapped()))
                                                .sourceEncryptionContext(encryptionContext(context))
                                                .destinationEncryptionContext(
                                                        encryptionContext(context)))
                                .ciphertextBlob());
        return new NamedWrap(key, again.asByteArray()).toBytes();
    }

    @Override
    public String currentVersion() {
        return keys.getFirst();
    }

    @Override
    public String versionOf(byte[] wrapped) throws OpeningFailedException {
        return NamedWrap.of(wrapped).key();
    }

    /// A key that is not ours is refused before anybody is asked: KMS would try any that it may.
    private NamedWrap named(byte[] wrapped) throws OpeningFailedException {
        NamedWrap named = NamedWrap.of(wrapped);
        if (!keys.contains(named.key()) || named.wrapped().length == 0) {
            throw new OpeningFailedException();
        }
        return named;
    }

    private SdkBytes ask(Supplier<SdkBytes> request) throws OpeningFailedException {
        SdkBytes answer =
                attempts.make(() -> {
                    try {
                        return request.get();
                    } catch (InvalidCiphertextException | IncorrectKeyException e) {
                        throw new OpeningFailedException();
                    } catch (AwsServiceException e) {
                        if (e.isThrottlingException() || e.statusCode() >= 500) {
                            throw new BusyException(reason(e), e);
                        }
                        throw attempts.away(reason(e), e);
                    } catch (SdkClientException e) { // not reached, timed out, no credentials
                        throw new BusyException(e.getClass().getSimpleName(), e);
                    }
                });
        if (answer == null) {
            throw attempts.away("malformed answer", null);
        }
        return answer;
    }

    private static String reason(AwsServiceException e) {
        String code = e.awsErrorDetails() == null ? null : e.awsErrorDetails().errorCode();
        return code == null ? "status " + e.statusCode() : code;
    }

    private static Map<String, String> encryptionContext(WrapContext context) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("postern:purpose", context.purpose().label());
        fields.put("postern:number", Long.toString(context.number()));
        context.tenant()
                .ifPresent(tenant -> fields.put("postern:tenant", tenant.value().toString()));
        return fields;
    }

    private static Region region(String arn) {
        var matcher = KEY.matcher(arn);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not the ARN of a key");
        }
        return Region.of(matcher.group(1));
    }

    @Override
    public String toString() {
        return "AwsKms[" + keys + "]";
    }
}
