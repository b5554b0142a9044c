package org.postern.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The password of a message.
class MessagePasswordTest {

    private static final SecureRandom RANDOM = new SecureRandom();

    private static MessagePassword of(String typed) {
        return MessagePassword.of(typed, Optional.empty(), RANDOM);
    }

    @Test
    void itIsKeptAsASlowHashAndSaysNothing() {
        MessagePassword password = of("Tulips at noon");

        assertThat(password.hash()).startsWith("$argon2id$").doesNotContain("Tulips");
        assertThat(password).hasToString("MessagePassword[redacted]");
        assertThat(of("Tulips at noon").hash()).isNotEqualTo(password.hash());
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
        assertThat(MessagePassword.matches(of(set).hash(), typed)).isEqualTo(matches);
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
        assertThat(MessagePassword.isUsable(typed, Optional.ofNullable(hint))).isEqualTo(usable);
    }

    @Test
    void neitherItNorItsHintIsEndless() {
        assertThat(MessagePassword.isUsable("x".repeat(128), Optional.empty())).isTrue();
        assertThat(MessagePassword.isUsable("x".repeat(129), Optional.empty())).isFalse();
        assertThat(MessagePassword.isUsable("secret word", Optional.of("h".repeat(200)))).isTrue();
        assertThat(MessagePassword.isUsable("secret word", Optional.of("h".repeat(201)))).isFalse();
        assertThatThrownBy(() -> of("short")).isInstanceOf(IllegalArgumentException.class);
    }
}
