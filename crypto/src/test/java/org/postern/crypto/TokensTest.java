package org.postern.crypto;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.crypto.sealed.UuidV7;

class TokensTest {

    private final SecureRandom random = new FixedRandom("tokens");

    @Test
    void aTokenHas256BitsAndNeedsNoEscaping() {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            String token = Tokens.token(random);
            assertThat(token).matches("[A-Za-z0-9_-]{43}");
            seen.add(token);
        }
        assertThat(seen).hasSize(1000);
    }

    @Test
    void tokensThatManyMakeAtOnceAreAllDifferent() throws Exception {
        SecureRandom system = new SecureRandom();
        Set<String> seen = ConcurrentHashMap.newKeySet();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            threads.add(Thread.startVirtualThread(() -> seen.add(Tokens.token(system))));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(seen).hasSize(10_000);
    }

    @Test
    void aCodeIsReadHoweverItIsTyped() {
        String code = Tokens.code(random);
        assertThat(code).matches("[0-9A-HJKMNP-TV-Z]{8}");
        assertThat(Tokens.normalizedCode("  ab1o-LiL0 ")).isEqualTo("AB101110");
        assertThat(Tokens.normalizedCode(code)).isEqualTo(code);
    }

    @Test
    void aRecoveryCodeHas120BitsAndCanBeCopied() {
        String code = Tokens.recoveryCode(random);

        assertThat(code)
                .matches("[0-9A-HJKMNP-TV-Z]{24}") // five bits each
                .isNotEqualTo(Tokens.recoveryCode(random));
        assertThat(Tokens.normalizedCode(code.toLowerCase(Locale.ROOT))).isEqualTo(code);
    }

    @Test
    void aTokensHashIsSha256() {
        assertThat(HexFormat.of().formatHex(Tokens.hash("abc").toBytes()))
                .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    @Test
    void aCodesHashMatchesThatCodeAlone() {
        String hash = CodeHash.hash("K7QX2M9A".toCharArray(), random);
        assertThat(hash).startsWith("$argon2id$v=19$m=19456,t=2,p=1$").doesNotContain("K7QX2M9A");
        assertThat(CodeHash.matches(hash, "K7QX2M9A".toCharArray())).isTrue();
        assertThat(CodeHash.matches(hash, "K7QX2M9B".toCharArray())).isFalse();
        assertThat(CodeHash.hash("K7QX2M9A".toCharArray(), random)).isNotEqualTo(hash);
    }

    @Test
    void argon2idIsThatOfRfc9106() {
        // Made with the reference implementation: echo -n password | argon2 somesalt -id -t 2 -m 16
        // -p 1
        String reference =
                "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
        byte[] made =
                Argon2.id(
                        "password".toCharArray(),
                        "somesalt".getBytes(US_ASCII),
                        new Argon2Cost(65536, 2, 1));
        assertThat(reference)
                .endsWith("$" + Base64.getEncoder().withoutPadding().encodeToString(made));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "plain",
                "$argon2id$v=19$m=9999999,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "$argon2id$v=19$m=19456,t=99,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "$argon2d$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
            })
    void whatIsNoHashOfOursMatchesNothing(String stored) {
        assertThat(CodeHash.matches(stored, "plain".toCharArray())).isFalse();
    }

    @Test
    void aPassphraseGivesTheSameKeyAgain() {
        byte[] salt = new byte[16];
        var cost = new Argon2Cost(1024, 1, 1);
        WrappingKey key = PassphraseKey.derive("open sesame".toCharArray(), salt, cost);
        assertThat(PassphraseKey.derive("open sesame".toCharArray(), salt, cost)).isEqualTo(key);
        assertThat(PassphraseKey.derive("open Sesame".toCharArray(), salt, cost)).isNotEqualTo(key);
        salt[3] = 1;
        assertThat(PassphraseKey.derive("open sesame".toCharArray(), salt, cost)).isNotEqualTo(key);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PassphraseKey.derive("x".toCharArray(), new byte[15], cost));
    }

    @Test
    void idsSortByTime() {
        var clock = new SettableClock(Instant.parse("2026-11-23T10:00:00.123Z"));
        var ids = new UuidV7(clock, random);
        UUID first = ids.next();
        assertThat(first.version()).isEqualTo(7);
        assertThat(first.variant()).isEqualTo(2);
        assertThat(first.getMostSignificantBits() >>> 16)
                .isEqualTo(Instant.parse("2026-11-23T10:00:00.123Z").toEpochMilli());
        clock.advance(Duration.ofMillis(1));
        assertThat(ids.next().toString()).isGreaterThan(first.toString());
    }
}
