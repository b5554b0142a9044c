package org.postern.server.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// `doctor backups`: looks whether anything of the key ledger's backups lives longer than it may.
/// What was shredded opens as long as such a backup is kept (`docs/keys.md`, "Backups of the
/// ledger").
public final class DoctorBackups implements Command {

    private static final Operand FOLDER =
            new Operand("FOLDER", "where backups of the key ledger and its archived log lie");

    /// As `docs/keys.md` promises it to those who have something shredded.
    private static final Duration LIFE = Duration.ofDays(7);

    private static final int NAMED = 10;
    private static final int TOO_OLD = 1;

    private final Clock clock;

    public DoctorBackups(Clock clock) {
        this.clock = clock;
    }

    @Override
    public String name() {
        return "doctor backups";
    }

    @Override
    public String summary() {
        return "look for backups of the key ledger that are older than seven days";
    }

    @Override
    public List<Operand> operands() {
        return List.of(FOLDER);
    }

    @Override
    public List<Option> options() {
        return List.of();
    }

    @Override
    public int run(Arguments arguments, Console console)
            throws UsageException, CommandFailedException {
        Path folder = folder(arguments.operand(0));
        Map<Path, Instant> written = written(folder);
        if (written.isEmpty()) {
            // the wrong folder looks like a good one otherwise
            throw new CommandFailedException(
                    "there is no file in " + folder + ": nothing was looked at.");
        }
        Instant now = clock.instant();
        List<Map.Entry<Path, Instant>> old =
                written.entrySet().stream()
                        .filter(file -> file.getValue().isBefore(now.minus(LIFE)))
                        .sorted(Map.Entry.comparingByValue())
                        .toList();
        if (old.isEmpty()) {
            console.say("OK  none of " + written.size() + " files is older than seven days");
            return 0;
        }
        old.stream()
                .limit(NAMED)
                .forEach(file ->
                        console.say(
                                "WARN  "
                                        + file.getKey()
                                        + " is of "
                                        + file.getValue().atOffset(ZoneOffset.UTC).toLocalDate()));
        if (old.size() > NAMED) {
            console.say("WARN  and " + (old.size() - NAMED) + " more");
        }
        console.say("What was shredded since opens with these. Delete them: docs/keys.md.");
        return TOO_OLD;
    }

    private static Path folder(String operand) throws UsageException, CommandFailedException {
        Path folder;
        try {
            folder = Path.of(operand);
        } catch (InvalidPathException e) {
            throw new UsageException("FOLDER wants a path, not \"" + operand + "\".");
        }
        if (!Files.isDirectory(folder)) {
            throw new CommandFailedException(folder + " is not a folder.");
        }
        return folder;
    }

    /// When each file was last written. A history of timelines holds no data, and PostgreSQL keeps
    /// it for good.
    private static Map<Path, Instant> written(Path folder) throws CommandFailedException {
        Map<Path, Instant> written = new TreeMap<>();
        try (Stream<Path> files =
                Files.find(folder, Integer.MAX_VALUE, (_, file) -> file.isRegularFile())) {
            for (Path file : (Iterable<Path>) files::iterator) {
                if (!file.toString().endsWith(".history")) {
                    written.put(
                            file,
                            Files.readAttributes(file, BasicFileAttributes.class)
                                    .lastModifiedTime()
                                    .toInstant());
                }
            }
            return written;
        } catch (IOException | UncheckedIOException e) {
            throw new CommandFailedException(
                    "not everything in " + folder + " can be read: " + e.getMessage() + ".", e);
        }
    }
}
