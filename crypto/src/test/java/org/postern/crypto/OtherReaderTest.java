package org.postern.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// Runs every vector through a reader of docs/format.md that shares no code with this one:
/// src/test/node, on Node's own cryptography and the noble library. It needs `node` (20.19 or
/// later) and `npm`.
class OtherReaderTest {

    private static final Path SOURCE = Path.of("src/test/node");
    private static final Path WORK = Path.of("target/node");
    private static final List<String> FILES =
            List.of("package.json", "package-lock.json", "read-vectors.mjs");

    @Test
    void anotherReaderComesToTheSameEndWithEveryVector() throws Exception {
        install();
        String vectors = VectorsTest.DIRECTORY.toAbsolutePath().toString();
        SequencedMap<String, String> outcomes = new TreeMap<>();
        for (String line : run("node", "read-vectors.mjs", vectors).lines().toList()) {
            String[] part = line.split("\t", -1);
            outcomes.put(part[0], part[1]);
        }
        SequencedMap<String, String> expected = new TreeMap<>();
        for (Path file : VectorsTest.files()) {
            VectorFile vector = VectorFile.parse(Files.readAllBytes(file));
            expected.put(file.getFileName().toString(), vector.one("expect"));
        }
        assertThat(outcomes).isEqualTo(expected).hasSize(VectorsTest.COUNT);
    }

    /// `npm ci` installs what the lock file names by hash; done once for each lock file.
    private static void install() throws IOException, InterruptedException {
        Files.createDirectories(WORK);
        Path installed = WORK.resolve("installed");
        boolean current =
                Files.exists(installed)
                        && Files.mismatch(installed, SOURCE.resolve("package-lock.json")) < 0;
        for (String file : FILES) {
            Files.copy(
                    SOURCE.resolve(file), WORK.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        if (!current) {
            run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund");
            Files.copy(
                    SOURCE.resolve("package-lock.json"),
                    installed,
                    StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Path errors = Files.createTempFile(WORK, "errors", ".txt");
        Process process =
                new ProcessBuilder(command)
                        .directory(WORK.toFile())
                        .redirectError(errors.toFile())
                        .start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue())
                .as("%s: %s%s", List.of(command), output, Files.readString(errors))
                .isZero();
        Files.delete(errors);
        return output;
    }
}
