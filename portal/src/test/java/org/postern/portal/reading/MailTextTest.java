package org.postern.portal.reading;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Web addresses in plain text.
class MailTextTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "see https://example.com/a?b=c.|https://example.com/a?b=c",
                "(https://example.com/a_(b))|https://example.com/a_(b)",
                "<HTTP://example.com>|HTTP://example.com",
                "a https://example.com/, b|https://example.com/",
                "xhttps://example.com/|",
                "https:// nothing|",
                "javascript://example.com|",
                "mailto:a@example.com|"
            })
    void anAddressIsFoundWithoutThePunctuationAroundIt(String text, String address) {
        assertThat(
                        MailText.pieces(text).stream()
                                .map(MailText.Piece::href)
                                .flatMap(Optional::stream)
                                .collect(Collectors.joining(" ")))
                .isEqualTo(address == null ? "" : address);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a https://example.com/. https://b.example)) c",
                "",
                "://://https://",
                "https://example.com/\nhttp://b"
            })
    void nothingOfTheTextIsLost(String text) {
        assertThat(
                        MailText.pieces(text).stream()
                                .map(MailText.Piece::text)
                                .collect(Collectors.joining()))
                .isEqualTo(text);
    }

    /// The kind of inputs of nodemailer's linkify-dos-test.
    @Test
    void hostileTextCostsNoMoreThanItsLength() {
        for (String unit :
                new String[] {
                    "http://", "://", "https://a)", "https://a.", "(", "https://((", "a@"
                }) {
            String text = unit.repeat(2_000_000 / unit.length());
            Assertions.assertTimeoutPreemptively(
                    Duration.ofSeconds(5), () -> assertThat(MailText.pieces(text)).isNotEmpty());
        }
    }
}
