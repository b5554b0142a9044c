package org.postern.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/// What figures were made on; without it they say nothing.
///
/// @param processor as the kernel names it
/// @param processors how many this process may use
/// @param load of the last minute, before measuring began
record Machine(String processor, int processors, String system, String java, double load) {

    static Machine thisOne() {
        return new Machine(
                processorName().orElse(System.getProperty("os.arch")),
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                System.getProperty("java.vm.vendor") + " " + Runtime.version(),
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    }

    /// As it stands before figures.
    void print(PrintStream out) {
        out.printf(
                Locale.ROOT,
                "%s, %d processors, load %.2f before; %s; %s%n%n",
                processor,
                processors,
                load,
                system,
                java);
    }

    private static Optional<String> processorName() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
