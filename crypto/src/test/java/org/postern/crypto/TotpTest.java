package org.postern.crypto;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Codes of authenticator apps.
class TotpTest {

    private static final byte[] SECRET = "12345678901234567890".getBytes(US_ASCII);

    /// RFC 6238, appendix B: the last six of its eight digits.
    @ParameterizedTest
    @CsvSource({
        "59, 287082",
        "1111111109, 081804",
        "1111111111, 050471",
        "1234567890, 005924",
        "2000000000, 279037",
        "20000000000, 353130"
    })
    void aCodeIsThatOfRfc6238(long seconds, String code) {
        assertThat(Totp.code(SECRET, Instant.ofEpochSecond(seconds))).isEqualTo(code);
    }

    @Test
    void aCodeCountsOneStepEarlyAndOneStepLate() {
        Instant noon = Instant.parse("2026-03-02T12:00:00Z");
        String code = Totp.code(SECRET, noon);
        long step = noon.getEpochSecond() / 30;

        for (int late : new int[] {-30, -1, 0, 29, 30, 59}) {
            assertThat(Totp.step(SECRET, code, noon.plusSeconds(late)))
                    .as("%d seconds", late)
                    .hasValue(step);
        }
        assertThat(Totp.step(SECRET, code, noon.minusSeconds(31))).isEmpty();
        assertThat(Totp.step(SECRET, code, noon.plusSeconds(60))).isEmpty();
    }

    @Test
    void whatIsNoCodeIsNone() {
        Instant noon = Instant.parse("2026-03-02T12:00:00Z");
        for (String typed : new String[] {"", "0", "12345", "1234567", "abcdef", "١٢٣٤٥٦"}) {
            assertThat(Totp.step(SECRET, typed, noon)).isEmpty();
        }
    }

    @Test
    void aSecretIsWrittenAsAppsReadIt() {
        assertThat(Totp.base32(SECRET)).isEqualTo("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assertThat(Totp.base32(Totp.secret(new SecureRandom())))
                .matches("[A-Z2-7]{32}")
                .isNotEqualTo(Totp.base32(Totp.secret(new SecureRandom())));
    }
}
