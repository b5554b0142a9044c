package org.postern.mail.mime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FileNamesTest {

    private static Optional<String> nameIn(String... fields) throws IOException {
        byte[] content =
                (String.join("\r\n", fields) + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1);
        return new MimeIndexer(IndexBudget.DEFAULT)
                .index(new ByteArrayInputStream(content))
                .root()
                .fileName();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '`',
            value = {
                "attachment; filename=a.pdf # a.pdf",
                "attachment; filename=\"my file.pdf\" # my file.pdf",
                "attachment; FILENAME=\"a\\\"b.pdf\" # a_b.pdf",
                "attachment; filename=\"=?utf-8?Q?Gr=C3=BC=C3=9Fe.pdf?=\" # Grüße.pdf",
                "attachment; filename==?utf-8?Q?Gr=C3=BC=C3=9Fe.pdf?= # Grüße.pdf",
                "attachment; filename=\"=?utf-8?Q?Gr=C3=BC?= =?utf-8?Q?=C3=9Fe.pdf?=\" # Grüße.pdf",
                "attachment; filename=\"Gr\u00fc\u00dfe.pdf\" # Grüße.pdf",
                "attachment; filename*=utf-8''Gr%C3%BC%C3%9Fe.pdf # Grüße.pdf",
                "attachment; filename*=iso-8859-1'de'Gr%FC%DFe%20+.pdf # Grüße +.pdf",
                "attachment; filename*=Gr%C3%BC%C3%9Fe.pdf # Grüße.pdf",
                "attachment; filename=plain.pdf; filename*=utf-8''Gr%C3%BC%C3%9Fe.pdf # Grüße.pdf",
                "attachment; filename*1=e.pdf; filename*0*=utf-8''Gr%C3%BC%C3; filename*0=x #"
                        + " Gr\ufffd\ufffde.pdf",
                "attachment; filename*1*=%9Fe; filename*2=.pdf; filename*0*=utf-8''Gr%C3%BC%C3 #"
                        + " Grüße.pdf",
                "attachment; filename*0=\"a b\"; filename*1=.pdf; filename*3=lost # a b.pdf",
                "attachment; filename*=x-unknown''a%41.pdf # aA.pdf",
                "attachment; filename=a.pdf (a comment); size=3 # a.pdf",
            })
    void aNameIsDecodedInEveryFormItIsWrittenIn(String disposition, String name)
            throws IOException {
        String expected = name.contains("\ufffd") ? "Grü" + "\ufffd" + "e.pdf" : name;
        assertThat(nameIn("Content-Disposition: " + disposition)).contains(expected);
    }

    @Test
    void theNameOfTheContentTypeCountsIfThereIsNoOther() throws IOException {
        assertThat(nameIn("Content-Type: image/png; name=\"a.png\"", "Content-Disposition: inline"))
                .contains("a.png");
        assertThat(
                        nameIn(
                                "Content-Type: image/png; name=a.png",
                                "Content-Disposition: inline; filename=b.png"))
                .contains("b.png");
        assertThat(nameIn("Content-Type: image/png")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            value = {
                "/etc/passwd # passwd",
                "..\\..\\boot.ini # boot.ini",
                "C:\\temp\\a.txt # a.txt",
                "a.exe... . # a.exe",
                "photo\u202egpj.exe # photogpj.exe",
                "a\u2066b\u2069\u200bc.txt # abc.txt",
                "a<b>c:d|e?f*g\"h.txt # a_b_c_d_e_f_g_h.txt",
                "con # _con",
                "NUL.tar.gz # _NUL.tar.gz",
                "Lpt1 .txt # _Lpt1 .txt",
                "com¹.txt # _com¹.txt",
                "console.txt # console.txt",
                ".htaccess # .htaccess",
                "cafe\u0301.txt # café.txt",
            })
    void aNameIsHarmlessToWhoeverSavesTheFile(String written, String name) {
        assertThat(FileNames.clean(written)).contains(name);
    }

    @Test
    void controlCharactersAndLineEndsVanishFromAName() {
        assertThat(FileNames.clean("a\u0000\u0007b\r\n.txt")).contains("ab.txt");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", ".", "..", "...", "a/", "\u202e", "\\", " . "})
    void aNameOfNothingIsNone(String written) {
        assertThat(FileNames.clean(written)).isEmpty();
    }

    @Test
    void aLongNameKeepsItsExtension() {
        assertThat(FileNames.clean("n".repeat(5_000)).orElseThrow()).hasSizeLessThanOrEqualTo(200);
        String name = FileNames.clean("n".repeat(300) + ".pdf").orElseThrow();
        assertThat(name).endsWith("n.pdf").hasSizeLessThanOrEqualTo(200);
        String emoji = FileNames.clean("\ud83d\ude00".repeat(300) + ".pdf").orElseThrow();
        assertThat(emoji).endsWith("\ud83d\ude00.pdf").hasSizeLessThanOrEqualTo(200);
        assertThat(FileNames.clean("con." + "n".repeat(300)).orElseThrow())
                .hasSizeLessThanOrEqualTo(200);
    }
}
