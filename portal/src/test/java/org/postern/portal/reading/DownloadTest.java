package org.postern.portal.reading;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// How files are named, sized and judged.
class DownloadTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a.pdf|attachment; filename=\"a.pdf\"; filename*=UTF-8''a.pdf",
                "Über uns.pdf|attachment; filename=\"_ber uns.pdf\";"
                        + " filename*=UTF-8''%C3%9Cber%20uns.pdf",
                "a\"; x=\".pdf|attachment; filename=\"a__ x__.pdf\";"
                        + " filename*=UTF-8''a%22%3B%20x%3D%22.pdf",
                "😀.png|attachment; filename=\"_.png\"; filename*=UTF-8''%F0%9F%98%80.png"
            })
    void aFileNameIsWrittenForOldAndNewBrowsers(String name, String header) {
        assertThat(DownloadHeaders.disposition(name)).isEqualTo(header);
    }

    @Test
    void aFileNameBreaksNoHeader() {
        assertThat(DownloadHeaders.disposition("a\r\nSet-Cookie: x=y"))
                .doesNotContain("\r")
                .doesNotContain("\n");
    }

    @ParameterizedTest
    @CsvSource({
        "a.pdf,NONE",
        "a,NONE",
        "exe,NONE",
        "a.EXE,PROGRAM",
        "page.html,PROGRAM",
        "invoice.pdf.exe,DISGUISED",
        "invoice.PDF .scr,DISGUISED",
        "a.b.c.jar,PROGRAM"
    })
    void whatRunsIsToldFromWhatIsRead(String name, FileRow.Risk risk) {
        assertThat(FileRow.risk(name)).isEqualTo(risk);
    }

    @ParameterizedTest
    @CsvSource({
        "0,0 bytes",
        "999,999 bytes",
        "1000,1 kB",
        "999499,999 kB",
        "999500,1.0 MB",
        "9949999,9.9 MB",
        "250000000,250 MB",
        "1500000000,1.5 GB"
    })
    void sizesAreForPeople(long bytes, String text) {
        assertThat(FileRow.size(bytes)).isEqualTo(text);
    }
}
