package org.postern.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The password of a message.
class PasswordHashTest {

    private static final SecureRandom RANDOM = new SecureRandom();

    private static String of(String typed) {
        return PasswordHash.hash(typed, RANDOM);
    }

    @Test
    void itIsKeptAsASlowHash() {
        String hash = of("Tulips at noon");

        assertThat(hash).startsWith("$argon2id$").doesNotContain("Tulips");
        assertThat(of("Tulips at noon")).isNotEqualTo(hash);
    }

    @ParameterizedTest
    @CsvSource(
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "Tulips at noon,Tulips at noon,true",
                "Tulips at noon, Tulips at noon ,true",
                "Tulips at noon,tulips at noon,false",
                "Tulips at noon,Tulips at noon!,false",
                "T\u00fcrkis 3,Tu\u0308rkis 3,true"
            })
    void whatPeopleTypeMatchesHoweverTheirKeyboardComposesIt(
            String set, String typed, boolean matches) {
        assertThat(PasswordHash.matches(of(set), typed)).isEqualTo(matches);
    }

    @ParameterizedTest
    @CsvSource({
        "12345,,false",
        "123456,,true",
        "'  12345 ',,false",
        "\uD83C\uDF37\uD83C\uDF37\uD83C\uDF37,,false",
        "secret word,it is secret word,false",
        "secret word,what we said,true"
    })
    void itIsNeitherTooShortNorGivenAwayByItsHint(String typed, String hint, boolean usable) {
        assertThat(PasswordHash.isUsable(typed, Optional.ofNullable(hint))).isEqualTo(usable);
    }

    @Test
    void neitherItNorItsHintIsEndless() {
        assertThat(PasswordHash.isUsable("x".repeat(128), Optional.empty())).isTrue();
        assertThat(PasswordHash.isUsable("x".repeat(129), Optional.empty())).isFalse();
        assertThat(PasswordHash.isUsable("secret word", Optional.of("h".repeat(200)))).isTrue();
        assertThat(PasswordHash.isUsable("secret word", Optional.of("h".repeat(201)))).isFalse();
    }
}
