package org.postern.server.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class SamplePdfTest {

    @Test
    void everyObjectIsWhereTheTableSays() {
        String pdf = new String(SamplePdf.page(List.of("Report (final)", "")), US_ASCII);

        assertThat(pdf)
                .startsWith("%PDF-1.4\n")
                .endsWith("%%EOF\n")
                .contains("(Report \\(final\\))");
        var start = Pattern.compile("startxref\n(\\d+)\n").matcher(pdf);
        assertThat(start.find()).isTrue();
        assertThat(pdf.substring(Integer.parseInt(start.group(1)))).startsWith("xref\n0 6\n");
        var entry = Pattern.compile("(\\d{10}) 00000 n \n").matcher(pdf);
        for (int object = 1; object <= 5; object++) {
            assertThat(entry.find()).isTrue();
            assertThat(pdf.substring(Integer.parseInt(entry.group(1))))
                    .startsWith(object + " 0 obj\n");
        }
        var stream =
                Pattern.compile("/Length (\\d+) >>\nstream\n(.*)\nendstream", Pattern.DOTALL)
                        .matcher(pdf);
        assertThat(stream.find()).isTrue();
        assertThat(stream.group(2)).hasSize(Integer.parseInt(stream.group(1)));
    }
}
