package org.postern.mail.mime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PartTextTest {

    private static PartText read(
            String mediaType, Optional<String> charset, TransferEncoding encoding, byte[] raw)
            throws IOException {
        var part =
                new Part(
                        1,
                        0,
                        PartKind.LEAF,
                        mediaType,
                        charset,
                        encoding,
                        Disposition.NONE,
                        Optional.empty(),
                        Optional.empty(),
                        0,
                        0,
                        raw.length);
        return PartText.read(part, new ByteArrayInputStream(raw));
    }

    private static String plain(Optional<String> charset, byte[] raw) throws IOException {
        return read("text/plain", charset, TransferEncoding.IDENTITY, raw).text();
    }

    @ParameterizedTest
    @CsvSource({
        "utf-8,UTF-8,Grüße",
        "ISO-8859-1,ISO-8859-1,Grüße",
        "iso-8859-1,windows-1252,100 €",
        "koi8-r,KOI8-R,Привет",
        "us-ascii,UTF-8,Grüße",
        "us-ascii,windows-1252,Grüße",
        "x-unknown,UTF-8,Grüße",
        "utf-7,windows-1252,Grüße",
        "gb2312,GB18030,你好",
        "utf-16,UTF-16,Grüße",
    })
    void textIsDecodedByItsCharsetOrTheBestGuess(String named, Charset written, String text)
            throws IOException {
        assertThat(plain(Optional.of(named), text.getBytes(written))).isEqualTo(text);
    }

    @Test
    void aTextWithoutCharsetIsUtf8OrElseWindows1252() throws IOException {
        assertThat(plain(Optional.empty(), "Grüße".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo("Grüße");
        assertThat(plain(Optional.empty(), "Grüße".getBytes(StandardCharsets.ISO_8859_1)))
                .isEqualTo("Grüße");
    }

    @ParameterizedTest
    @CsvSource({
        "<html><meta charset=\"windows-1251\">Привет,true",
        "<META http-equiv=x content='text/html; charset=windows-1251'>Привет,true",
        "<p>charset=windows-1251 Привет,false",
    })
    void htmlMayNameItsCharsetItself(String html, boolean known) throws IOException {
        byte[] raw = html.getBytes(Charset.forName("windows-1251"));
        String text = read("text/html", Optional.empty(), TransferEncoding.IDENTITY, raw).text();
        assertThat(text.contains("Привет")).isEqualTo(known);
    }

    @Test
    void transferEncodingsAreUndone() throws IOException {
        assertThat(
                        read(
                                        "text/plain",
                                        Optional.of("utf-8"),
                                        TransferEncoding.QUOTED_PRINTABLE,
                                        "Gr=C3=BC=\r\n=C3=9Fe =\r\nhier  \r\nda=20\r\n"
                                                .getBytes(StandardCharsets.US_ASCII))
                                .text())
                .isEqualTo("Grüße hier\r\nda \r\n");
        assertThat(
                        read(
                                        "text/plain",
                                        Optional.of("utf-8"),
                                        TransferEncoding.BASE64,
                                        "R3LDvMOf\r\nZQ==\r\n".getBytes(StandardCharsets.US_ASCII))
                                .text())
                .isEqualTo("Grüße");
    }

    @Test
    void onlyTheFirstTwoMebibytesAreShown() throws IOException {
        String text = "x" + "ü".repeat(PartText.MOST_BYTES / 2);
        for (Optional<String> charset :
                java.util.List.of(Optional.of("utf-8"), Optional.<String>empty())) {
            PartText shown =
                    read(
                            "text/plain",
                            charset,
                            TransferEncoding.IDENTITY,
                            text.getBytes(StandardCharsets.UTF_8));
            assertThat(shown.complete()).isFalse();
            assertThat(shown.text()).isEqualTo("x" + "ü".repeat(PartText.MOST_BYTES / 2 - 1));
        }
        byte[] exact = "y".repeat(PartText.MOST_BYTES).getBytes(StandardCharsets.US_ASCII);
        assertThat(
                        read("text/plain", Optional.empty(), TransferEncoding.IDENTITY, exact)
                                .complete())
                .isTrue();
    }

    @Test
    void controlCharactersDoNotReachThePage() throws IOException {
        byte[] raw = "\ufeffa\u0000b\tc\fd\u001be\u0085\r\n".getBytes(StandardCharsets.UTF_8);
        assertThat(plain(Optional.of("utf-8"), raw)).isEqualTo("a\ufffdb\tc\nd\ufffde\u0085\r\n");
    }
}
