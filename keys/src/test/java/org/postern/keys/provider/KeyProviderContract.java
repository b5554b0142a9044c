package org.postern.keys.provider;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.db.TenantId;

/// What every key provider does, wherever the root key is kept.
interface KeyProviderContract {

    TenantId TENANT = new TenantId(UUID.fromString("019cad50-0000-7000-8000-000000000001"));

    WrapContext CONTEXT = WrapContext.tenantKey(TENANT, 3);

    /// A provider, opened anew, of the one root key of this test.
    KeyProvider provider() throws Exception;

    /// Gives the root key a new version and opens a provider that knows it.
    KeyProvider afterRotation() throws Exception;

    /// Words beside the secret that must not show either: PIN, token, credentials.
    List<String> credentials();

    @Test
    default void aWrappedSecretUnwraps() throws Exception {
        byte[] secret = secret();
        for (WrapContext context :
                List.of(CONTEXT, WrapContext.spoolKey(2943), WrapContext.signingKey(1))) {
            byte[] wrapped = provider().wrap(secret, context);

            assertThat(provider().unwrap(wrapped, context)).isEqualTo(secret);
        }
    }

    @Test
    default void aWrapTellsNothing() throws Exception {
        byte[] secret = secret();
        byte[] once = provider().wrap(secret, CONTEXT);
        byte[] again = provider().wrap(secret, CONTEXT);

        assertThat(once).isNotEqualTo(again);
        assertThat(new String(once, ISO_8859_1)).doesNotContain(new String(secret, ISO_8859_1));
    }

    @Test
    default void inAnotherContextItIsRefused() throws Exception {
        byte[] wrapped = provider().wrap(secret(), CONTEXT);

        for (WrapContext other :
                List.of(
                        WrapContext.tenantKey(TENANT, 4),
                        WrapContext.tenantKey(new TenantId(new UUID(0, 1)), 3),
                        WrapContext.spoolKey(3),
                        WrapContext.signingKey(3))) {
            assertRefused(provider(), wrapped, other);
        }
    }

    @Test
    default void aFlippedBitIsRefusedWhereverItIs() throws Exception {
        KeyProvider provider = provider();
        byte[] wrapped = provider.wrap(secret(), CONTEXT);

        for (int place = 0; place < wrapped.length; place++) {
            byte[] damaged = wrapped.clone();
            damaged[place] ^= 1;
            assertRefused(provider, damaged, CONTEXT);
        }
    }

    @Test
    default void aWrapOfAnotherLengthIsRefused() throws Exception {
        KeyProvider provider = provider();
        byte[] wrapped = provider.wrap(secret(), CONTEXT);

        for (int length : new int[] {0, 1, 4, wrapped.length / 2, wrapped.length - 1}) {
            assertRefused(provider, Arrays.copyOf(wrapped, length), CONTEXT);
        }
        assertRefused(provider, Arrays.copyOf(wrapped, wrapped.length + 1), CONTEXT);
    }

    @Test
    default void aSecretOfAnotherLengthIsNotWrapped() throws Exception {
        KeyProvider provider = provider();
        for (int length : new int[] {0, 31, 33}) {
            assertThatThrownBy(() -> provider.wrap(new byte[length], CONTEXT))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    default void afterARotationOldAndNewUnwrapAndTheOldCanBeWrappedAgain() throws Exception {
        byte[] secret = secret();
        KeyProvider before = provider();
        byte[] old = before.wrap(secret, CONTEXT);
        assertThat(before.versionOf(old)).isEqualTo(before.currentVersion());

        KeyProvider after = afterRotation();
        assertThat(after.currentVersion()).isNotEqualTo(after.versionOf(old));
        assertThat(after.unwrap(old, CONTEXT)).isEqualTo(secret);

        byte[] again = after.rewrap(old, CONTEXT);
        assertThat(after.versionOf(again)).isEqualTo(after.currentVersion());
        assertThat(after.unwrap(again, CONTEXT)).isEqualTo(secret);
        assertRefused(after, again, WrapContext.spoolKey(3));
        assertThatThrownBy(() -> after.rewrap(old, WrapContext.spoolKey(3)))
                .isInstanceOf(OpeningFailedException.class);

        byte[] fresh = after.wrap(secret, CONTEXT);
        assertThat(after.versionOf(fresh)).isEqualTo(after.currentVersion());
    }

    @Test
    default void manyMayAskAtOnce() throws Exception {
        KeyProvider provider = provider();
        byte[] secret = secret();
        List<Future<byte[]>> answers = new ArrayList<>();
        try (ExecutorService many = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 16; i++) {
                answers.add(
                        many.submit(
                                () -> provider.unwrap(provider.wrap(secret, CONTEXT), CONTEXT)));
            }
        }
        for (Future<byte[]> answer : answers) {
            assertThat(answer.get()).isEqualTo(secret);
        }
    }

    @Test
    default void neitherSecretsNorCredentialsShowAnywhere() throws Exception {
        byte[] secret = secret();
        List<String> forbidden = new ArrayList<>(credentials());
        forbidden.add(HexFormat.of().formatHex(secret));
        forbidden.add(Base64.getEncoder().encodeToString(secret));
        forbidden.add(Arrays.toString(secret));
        try (LogLines lines = LogLines.ofEverything()) {
            KeyProvider provider = provider();
            byte[] wrapped = provider.wrap(secret, CONTEXT);
            provider.unwrap(wrapped, CONTEXT);
            assertRefused(provider, wrapped, WrapContext.spoolKey(3));
            provider.rewrap(wrapped, CONTEXT);

            assertThat(provider.toString()).doesNotContain(forbidden);
            assertThat(lines.text()).doesNotContain(forbidden);
        }
    }

    static void assertRefused(KeyProvider provider, byte[] wrapped, WrapContext context) {
        assertThatThrownBy(() -> provider.unwrap(wrapped, context))
                .isInstanceOf(OpeningFailedException.class)
                .hasMessage("cannot be opened")
                .hasNoCause();
    }

    static byte[] secret() {
        byte[] secret = new byte[KeyProvider.SECRET_BYTES];
        new SecureRandom().nextBytes(secret);
        return secret;
    }
}
