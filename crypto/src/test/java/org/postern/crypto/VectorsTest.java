package org.postern.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Runs every vector of docs/format.md, section 9.
class VectorsTest {

    static final Path DIRECTORY = Path.of("src/test/resources/vectors");

    /// Whoever adds or removes a vector says so here, so that none is lost unseen.
    static final int COUNT = 219;

    static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(DIRECTORY)) {
            return files.sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void everyVectorEndsAsItSays(Path path) throws IOException {
        VectorFile file = VectorFile.parse(Files.readAllBytes(path));
        assertThat(VectorReader.outcome(file)).isEqualTo(file.one("expect"));
        assertThat(file.encode()).isEqualTo(Files.readAllBytes(path));
    }

    @Test
    void noVectorIsMissing() throws IOException {
        assertThat(files()).hasSize(COUNT).allMatch(file -> file.toString().endsWith(".vector"));
    }

    @Test
    void theGeneratorMakesTheseVeryBytes() throws IOException {
        var made = VectorGenerator.all();
        assertThat(files())
                .extracting(file -> file.getFileName().toString())
                .containsExactlyElementsOf(made.keySet());
        for (Path file : files()) {
            assertThat(Files.readAllBytes(file))
                    .as(file.toString())
                    .isEqualTo(made.get(file.getFileName().toString()));
        }
    }
}
