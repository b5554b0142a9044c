package org.postern.mail.board;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.postern.db.store.BoardEntry;
import org.postern.db.store.BoardEntry.Word;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.TransientDataAccessResourceException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// What is on the notice board, as this process knows it. Thread-safe.
///
/// The same entries are in several places: the mail database, Redis, a file of each process. What
/// one place lacks it is given when it answers again, so that an operator writes while the database
/// is away, and every process reads whatever is away. Entries are added and never changed, so that
/// places that come together again have nothing to argue about.
public final class Board {

    /// How far back people can look.
    public static final Duration HISTORY = Duration.ofDays(90);

    /// How long before its start everybody is told of a maintenance.
    static final Duration AHEAD = Duration.ofDays(2);

    private static final Duration KEPT = Duration.ofDays(120);
    private static final Logger log = LoggerFactory.getLogger(Board.class);
    private static final JsonMapper JSON = JsonMapper.shared();

    private final List<BoardCopy> copies;
    private final Path file;
    private final Clock clock;
    private volatile Map<UUID, BoardEntry> entries;

    /// Knows at once what this process knew when it last ran.
    ///
    /// @param file of this process alone
    public Board(List<BoardCopy> copies, Path file, Clock clock) {
        this.copies = List.copyOf(copies);
        this.file = file;
        this.clock = clock;
        this.entries = Map.copyOf(byId(load(file)));
    }

    /// Puts an entry into the first place that takes it; the next [#refresh] gives it to the
    /// others, so that nobody waits for one that is away.
    ///
    /// @throws DataAccessException if no place takes it now: nothing was written
    public void write(BoardEntry entry) {
        DataAccessException last = new TransientDataAccessResourceException("no place to write to");
        for (BoardCopy copy : copies) {
            try {
                copy.add(entry);
                keep(List.of(entry));
                return;
            } catch (DataAccessException e) {
                last = e;
            }
        }
        throw last;
    }

    /// Keeps what a probe saw here, and gives it to the shared places as they answer: it is told
    /// even if all of them are away, which may be just what was seen.
    public void note(BoardEntry entry) {
        keep(List.of(entry));
    }

    /// Takes what others wrote, and gives each place what it lacks.
    public void refresh() {
        Instant oldest = clock.instant().minus(KEPT);
        Map<BoardCopy, Map<UUID, BoardEntry>> found = new LinkedHashMap<>();
        for (BoardCopy copy : copies) {
            try {
                found.put(copy, byId(copy.since(oldest)));
            } catch (DataAccessException e) {
                log.debug("a copy of the board is away: reason={}", e.getClass().getSimpleName());
            }
        }
        found.values().forEach(each -> keep(each.values()));
        entries.values().stream()
                .filter(entry -> !entry.writtenAt().isBefore(oldest))
                .forEach(entry ->
                        found.forEach((copy, has) -> {
                            if (!has.containsKey(entry.id())) {
                                give(copy, entry);
                            }
                        }));
    }

    private static void give(BoardCopy copy, BoardEntry entry) {
        try {
            copy.add(entry);
        } catch (DataAccessException e) {
            log.debug("a copy of the board went away: reason={}", e.getClass().getSimpleName());
        }
    }

    /// Forgets what nobody can look at any more. Once a day is enough.
    public void prune() {
        Instant oldest = clock.instant().minus(KEPT);
        for (BoardCopy copy : copies) {
            try {
                copy.deleteBefore(oldest);
            } catch (DataAccessException e) {
                log.debug("a copy of the board is away: reason={}", e.getClass().getSimpleName());
            }
        }
    }

    /// The maintenance that is going on.
    public Optional<Maintenance> current() {
        return maintenances().stream()
                .filter(each -> each.state() == Maintenance.State.IN_PROGRESS)
                .findFirst();
    }

    /// Whether one is going on: workers claim nothing then.
    public boolean isMaintenance() {
        return current().isPresent();
    }

    /// The next maintenance that everybody should know of by now.
    public Optional<Maintenance> ahead() {
        Instant soon = clock.instant().plus(AHEAD);
        return maintenances().stream()
                .filter(each -> each.state() == Maintenance.State.SCHEDULED)
                .filter(each -> each.announced() || each.startsAt().isBefore(soon))
                .min(Comparator.comparing(Maintenance::startsAt));
    }

    /// All maintenance of the last 90 days and to come, the latest first.
    public List<Maintenance> maintenances() {
        Instant now = clock.instant();
        return subjects(Word::isOfMaintenance).stream()
                .flatMap(each -> Maintenance.of(each, now).stream())
                .filter(each -> each.endsAt().isAfter(now.minus(HISTORY)))
                .sorted(Comparator.comparing(Maintenance::startsAt).reversed())
                .toList();
    }

    /// All incidents of the last 90 days, the latest first.
    public List<Incident> incidents() {
        Instant oldest = clock.instant().minus(HISTORY);
        return subjects(Word::isOfIncident).stream()
                .map(each -> each.stream().sorted(Maintenance.OLDEST_FIRST).toList())
                .map(each -> new Incident(each.getFirst().subject(), each))
                .filter(each -> each.entries().getLast().writtenAt().isAfter(oldest))
                .sorted(
                        Comparator.comparing(
                                        (Incident each) -> each.entries().getFirst().writtenAt())
                                .reversed())
                .toList();
    }

    /// How a part of the service has been.
    public PartHistory history(Part part) {
        return PartHistory.of(
                entries.values().stream()
                        .filter(entry -> entry.word().isOfPart())
                        .filter(entry -> entry.subject().equals(part.subject()))
                        .sorted(Maintenance.OLDEST_FIRST)
                        .toList(),
                clock.instant());
    }

    private Collection<List<BoardEntry>> subjects(Predicate<Word> of) {
        return entries.values().stream()
                .filter(entry -> of.test(entry.word()))
                .collect(Collectors.groupingBy(BoardEntry::subject))
                .values();
    }

    private synchronized void keep(Collection<BoardEntry> more) {
        Map<UUID, BoardEntry> all = new HashMap<>(entries);
        more.forEach(entry -> all.putIfAbsent(entry.id(), entry));
        if (all.size() == entries.size()) {
            return;
        }
        Instant oldest = clock.instant().minus(KEPT);
        all.values().removeIf(entry -> entry.writtenAt().isBefore(oldest));
        entries = Map.copyOf(all);
        save();
    }

    private void save() {
        try {
            Path part = file.resolveSibling(file.getFileName() + ".part");
            byte[] bytes = JSON.writeValueAsBytes(new ArrayList<>(entries.values()));
            try (FileChannel out =
                    FileChannel.open(
                            part,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.TRUNCATE_EXISTING,
                            StandardOpenOption.WRITE)) {
                ByteBuffer buffer = ByteBuffer.wrap(bytes);
                while (buffer.hasRemaining()) {
                    out.write(buffer);
                }
                out.force(true);
            }
            Files.move(
                    part,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            log.warn("the board was not saved here: reason={}", e.getClass().getSimpleName());
        }
    }

    private static List<BoardEntry> load(Path file) {
        try {
            return List.of(JSON.readValue(Files.readAllBytes(file), BoardEntry[].class));
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException | JacksonException e) {
            // The other places have it.
            log.warn(
                    "the board saved here cannot be read: reason={}", e.getClass().getSimpleName());
            return List.of();
        }
    }

    private static Map<UUID, BoardEntry> byId(Collection<BoardEntry> all) {
        return all.stream()
                .collect(Collectors.toMap(BoardEntry::id, entry -> entry, (one, _) -> one));
    }
}
