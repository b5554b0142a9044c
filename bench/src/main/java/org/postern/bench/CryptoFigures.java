package org.postern.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/// Measures sealing and opening on one core, and openssl before and after, and prints both beside
/// each other.
final class CryptoFigures {

    /// How long to measure.
    ///
    /// @param forks 0 measures in this process: quick, and good for nothing but to see that it runs
    record Effort(
            int forks,
            int warmups,
            int iterations,
            double seconds,
            int opensslSeconds,
            Optional<Integer> bytes) {

        static final Effort FULL = new Effort(2, 5, 5, 2, 3, Optional.empty());
        static final Effort QUICK = new Effort(1, 2, 3, 1, 1, Optional.empty());

        /// One size alone, in seconds: enough to see where it stands.
        static Effort only(int bytes) {
            return new Effort(1, 4, 3, 2, 1, Optional.of(bytes));
        }

        static final Effort SMOKE = new Effort(0, 0, 1, 0.01, 1, Optional.of(16 * 1024));
    }

    /// One line.
    ///
    /// @param bytes content of one operation; empty for slots
    record Line(String name, Optional<Long> bytes, double perSecond, double error) {

        double megabytesPerSecond() {
            return perSecond * bytes.orElse(0L) / 1e6;
        }
    }

    /// Everything that was measured.
    record Figures(
            Machine machine,
            List<Line> lines,
            Optional<OpensslSpeed> before,
            Optional<OpensslSpeed> after) {

        /// What the cipher alone does with contents of this size, in the same run.
        Optional<Double> bareCipher(Optional<Long> bytes) {
            return lines.stream()
                    .filter(line -> line.name().equals("BodyBenchmark.bareCipher"))
                    .filter(line -> line.bytes().equals(bytes))
                    .map(Line::megabytesPerSecond)
                    .findFirst();
        }

        /// The better of two runs: others on the machine only ever make it slower.
        Optional<Double> openssl() {
            return before.flatMap(first ->
                    after.map(second ->
                            Math.max(first.megabytesPerSecond(), second.megabytesPerSecond())));
        }
    }

    private CryptoFigures() {}

    static Figures measure(Effort effort) throws Exception {
        Machine machine = Machine.thisOne();
        Optional<OpensslSpeed> before = OpensslSpeed.measure(effort.opensslSeconds());
        List<Line> lines = run(effort);
        return new Figures(machine, lines, before, OpensslSpeed.measure(effort.opensslSeconds()));
    }

    private static List<Line> run(Effort effort) throws RunnerException {
        var options =
                new OptionsBuilder()
                        .include("org\\.postern\\.bench\\.(Body|Slot)Benchmark\\..*")
                        .threads(1)
                        .forks(effort.forks())
                        .warmupIterations(effort.warmups())
                        .warmupTime(time(effort.seconds()))
                        .measurementIterations(effort.iterations())
                        .measurementTime(time(effort.seconds()))
                        .jvmArgs("-Xms2g", "-Xmx2g", "-XX:+UseSerialGC")
                        .verbosity(effort.forks() == 0 ? VerboseMode.SILENT : VerboseMode.NORMAL);
        effort.bytes().ifPresent(bytes -> options.param("bytes", String.valueOf(bytes)));
        return lines(new Runner(build(options)).run());
    }

    private static Options build(org.openjdk.jmh.runner.options.ChainedOptionsBuilder options) {
        return options.build();
    }

    private static TimeValue time(double seconds) {
        return TimeValue.milliseconds(Math.round(seconds * 1000));
    }

    private static List<Line> lines(Collection<RunResult> results) {
        List<Line> lines = new ArrayList<>();
        for (RunResult result : results) {
            String name = result.getParams().getBenchmark();
            lines.add(
                    new Line(
                            name.substring(name.lastIndexOf('.', name.lastIndexOf('.') - 1) + 1),
                            Optional.ofNullable(result.getParams().getParam("bytes"))
                                    .map(Long::valueOf),
                            result.getPrimaryResult().getScore(),
                            result.getPrimaryResult().getScoreError()));
        }
        return lines;
    }

    /// As Markdown, to be pasted into docs/performance.md.
    static void print(Figures figures, PrintStream out) {
        figures.machine().print(out);
        figures.before()
                .ifPresent(speed ->
                        out.printf(
                                Locale.ROOT,
                                "%s, aes-256-gcm, 16 KiB blocks: %.0f MB/s before, %.0f MB/s"
                                        + " after%n%n",
                                speed.version(),
                                speed.megabytesPerSecond(),
                                figures.after()
                                        .map(OpensslSpeed::megabytesPerSecond)
                                        .orElse(Double.NaN)));
        out.println("| what | content | per second | MB/s | of openssl | of the bare cipher |");
        out.println("|---|---:|---:|---:|---:|---:|");
        for (Line line : figures.lines()) {
            out.printf(
                    Locale.ROOT,
                    "| %s | %s | %.0f ± %.0f | %s | %s | %s |%n",
                    line.name(),
                    line.bytes().map(CryptoFigures::size).orElse(""),
                    line.perSecond(),
                    line.error(),
                    line.bytes().isPresent()
                            ? String.format(Locale.ROOT, "%.0f", line.megabytesPerSecond())
                            : "",
                    ratio(line, figures.openssl()),
                    ratio(line, figures.bareCipher(line.bytes())));
        }
    }

    private static String ratio(Line line, Optional<Double> yardstick) {
        return line.bytes().isPresent() && yardstick.isPresent()
                ? String.format(Locale.ROOT, "%.2f", line.megabytesPerSecond() / yardstick.get())
                : "";
    }

    private static String size(long bytes) {
        if (bytes % 1_000_000 == 0) {
            return bytes / 1_000_000 + " MB";
        }
        return bytes < 1 << 20 ? (bytes >> 10) + " KiB" : (bytes >> 20) + " MiB";
    }
}
