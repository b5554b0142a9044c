package org.postern.server;

import static java.nio.file.attribute.PosixFilePermission.OWNER_EXECUTE;
import static java.nio.file.attribute.PosixFilePermission.OWNER_READ;
import static java.nio.file.attribute.PosixFilePermission.OWNER_WRITE;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.postern.keys.ledger.Inventory.Level;

/// What an operator should see to about keys before something goes wrong.
final class KeyDoctor {

    private KeyDoctor() {}

    /// One line for each finding.
    ///
    /// @param madeAt when the keys in use were made
    /// @param stalled replication slots that hold back the ledger's write-ahead log
    /// @param folder where keystore, passphrase and callers' keys lie
    static List<String> findings(
            Map<Level, Instant> madeAt, List<String> stalled, Instant now, Path folder)
            throws IOException {
        List<String> findings = new ArrayList<>();
        KeyAges.warnings(madeAt, now).forEach(warning -> findings.add("WARN  " + warning));
        stalled.forEach(slot ->
                findings.add(
                        "WARN  nobody reads the replication slot "
                                + slot
                                + ": the ledger's log is kept for it, and what was shredded with"
                                + " it. Start its reader or drop it"));
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                if (!Set.of(OWNER_READ, OWNER_WRITE, OWNER_EXECUTE)
                        .containsAll(Files.getPosixFilePermissions(file))) {
                    findings.add("WARN  " + file + " is not its owner's alone: chmod 600 it");
                }
            }
        }
        return findings;
    }
}
