package org.postern.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.keys.ledger.Inventory.Level;

class KeyDoctorTest {

    private static final Instant MADE = Instant.parse("2026-03-02T12:00:00Z");

    @TempDir private Path folder;

    @Test
    void youngKeysInFilesOfTheirOwnerAloneAreFine() throws Exception {
        file("root.keystore", "rw-------");
        file("passphrase", "r--------");

        assertThat(KeyDoctor.findings(Map.of(Level.SIGNING, MADE), List.of(), MADE, folder))
                .isEmpty();
    }

    @Test
    void aKeyNearItsEndAndAKeystoreThatOthersReadAreNamed() throws Exception {
        Path keystore = file("root.keystore", "rw-r-----");
        Files.createDirectory(folder.resolve("door"));
        Path instance = file("door/instance.key", "rw----r--");

        assertThat(
                        KeyDoctor.findings(
                                Map.of(Level.SIGNING, MADE, Level.SPOOL, MADE),
                                List.of(),
                                MADE.plusSeconds(360L * 86_400),
                                folder))
                .containsExactly(
                        "WARN  signing ends 2027-03-02: rotate it by then",
                        "WARN  " + instance + " is not its owner's alone: chmod 600 it",
                        "WARN  " + keystore + " is not its owner's alone: chmod 600 it");
    }

    private Path file(String name, String permissions) throws Exception {
        Path file = Files.writeString(folder.resolve(name), "x");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }
}
