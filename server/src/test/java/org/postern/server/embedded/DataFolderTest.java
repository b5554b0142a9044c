package org.postern.server.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {

    @TempDir Path temporary;

    @Test
    void everyFolderIsForItsOwnerAlone() throws Exception {
        Path root = temporary.resolve("deep").resolve("data");
        try (var folder = DataFolder.open(root);
                Stream<Path> made = Files.walk(folder.root(), 1)) {
            assertThat(made)
                    .hasSize(11)
                    .allSatisfy(path -> assertThat(permissions(path)).isEqualTo("rwx------"));
        }
    }

    @Test
    void aFolderThatBecameOpenToOthersIsClosedAgain() throws Exception {
        DataFolder.open(temporary).close();
        Files.setPosixFilePermissions(
                temporary.resolve("keys"), PosixFilePermissions.fromString("rwxrwxrwx"));

        DataFolder.open(temporary).close();

        assertThat(permissions(temporary.resolve("keys"))).isEqualTo("rwx------");
    }

    @Test
    void aFileInTheWayIsSaidInOneSentence() throws Exception {
        Path file = Files.createFile(temporary.resolve("data"));

        assertThatThrownBy(() -> DataFolder.open(file))
                .isInstanceOf(StartRefusedException.class)
                .hasMessage(
                        "the data folder "
                                + file
                                + " cannot be made: "
                                + file
                                + " is a file. Choose another folder with --data.");
    }

    @Test
    void aFolderThatCannotBeWrittenIsSaidInOneSentence() {
        // not even root can make a folder there
        Path nowhere = Path.of("/proc/postern-data");
        assumeTrue(Files.isDirectory(Path.of("/proc")));

        assertThatThrownBy(() -> DataFolder.open(nowhere))
                .isInstanceOf(StartRefusedException.class)
                .hasMessage(
                        "the data folder /proc/postern-data cannot be written. Make it writable for"
                                + " this user or choose another with --data.");
    }

    @Test
    void aSecondPosternIsKeptOutAndToldWhoIsIn() throws Exception {
        try (var child = ChildPostern.holding(temporary)) {
            assertThatThrownBy(() -> DataFolder.open(temporary))
                    .isInstanceOf(StartRefusedException.class)
                    .hasMessageContaining("is in use by another Postern")
                    .hasMessageContaining("(process " + child.pid() + ")");
        }
        DataFolder.open(temporary).close();
    }

    @Test
    void aSecondTryInTheSameProcessDoesNotLoseTheLock() throws Exception {
        try (var folder = DataFolder.open(temporary)) {
            assertThatThrownBy(() -> DataFolder.open(temporary))
                    .hasMessageContaining("is in use by another Postern");
            assertThat(ChildPostern.canOpen(folder.root())).isFalse();
        }
        assertThat(ChildPostern.canOpen(temporary)).isTrue();
    }

    @Test
    void theControlTokenIsNewAtEveryStartAndForItsOwnerAlone() throws Exception {
        var random = new SecureRandom();
        String first;
        try (var folder = DataFolder.open(temporary)) {
            ControlToken token = folder.issueControlToken(random);
            first = token.authorization();
            Path file = folder.run().resolve("control.token");
            assertThat(permissions(file)).isEqualTo("rw-------");
            assertThat(token).hasToString("ControlToken[redacted]");
            assertThat(token.matches(first)).isTrue();
            assertThat(token.matches(first + "x")).isFalse();
            assertThat(token.matches(null)).isFalse();
            assertThat(DataFolder.controlToken(temporary))
                    .hasValueSatisfying(read ->
                            assertThat(read.authorization()).isEqualTo(token.authorization()));
        }
        try (var folder = DataFolder.open(temporary)) {
            assertThat(folder.issueControlToken(random).authorization()).isNotEqualTo(first);
        }
        assertThat(DataFolder.controlToken(temporary)).isEmpty();
    }

    @Test
    void aCommandFindsTheRunningPosternByItsFolder() throws Exception {
        var addresses = new RunningAddresses(42, "localhost", 2525, 4465, 8080, 8081, true);
        try (var folder = DataFolder.open(temporary)) {
            folder.announce(addresses);
            assertThat(DataFolder.announced(temporary)).contains(addresses);
        }
        assertThat(DataFolder.announced(temporary)).isEmpty();
    }

    private static String permissions(Path path) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
