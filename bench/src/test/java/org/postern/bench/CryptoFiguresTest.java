package org.postern.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;
import org.postern.bench.CryptoFigures.Effort;
import org.postern.bench.CryptoFigures.Figures;
import org.postern.bench.CryptoFigures.Line;

/// That measuring works; never how fast anything is.
class CryptoFiguresTest {

    @Test
    void everyBenchmarkIsFoundAndRuns() throws Exception {
        Figures figures = CryptoFigures.measure(Effort.SMOKE);
        assertThat(figures.lines())
                .extracting(Line::name)
                .containsExactlyInAnyOrder(
                        "BodyBenchmark.bareCipher",
                        "BodyBenchmark.open",
                        "BodyBenchmark.openAndHash",
                        "BodyBenchmark.seal",
                        "BodyBenchmark.sealAndHash",
                        "SlotBenchmark.openSlot",
                        "SlotBenchmark.openSpoolSlot",
                        "SlotBenchmark.sealSlot",
                        "SlotBenchmark.sealSpoolSlot",
                        "SlotBenchmark.slotsOfAThousand");
        assertThat(figures.lines()).allSatisfy(line -> assertThat(line.perSecond()).isPositive());
        assertThat(printed(figures)).contains("| BodyBenchmark.seal | 16 KiB |");
    }

    @Test
    void whatOpensslSaysIsUnderstood() {
        String output =
                """
                Doing AES-256-GCM for 3s on 16384 size blocks: 795732 AES-256-GCM's in 3.00s
                version: 3.0.19
                The 'numbers' are in 1000s of bytes per second processed.
                type          16384 bytes
                AES-256-GCM    4345757.70k
                """;
        assertThat(OpensslSpeed.parse(output)).contains(4345.7577);
        assertThat(OpensslSpeed.parse("speed: Unknown algorithm")).isEmpty();
    }

    private static String printed(Figures figures) {
        var out = new ByteArrayOutputStream();
        CryptoFigures.print(figures, new PrintStream(out, true, UTF_8));
        return out.toString(UTF_8);
    }
}
