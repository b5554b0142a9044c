package org.postern.server.board;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.postern.crypto.sealed.UuidV7;
import org.postern.db.store.BoardEntry;
import org.postern.db.store.BoardEntry.Word;
import org.postern.db.store.JobStore;
import org.postern.mail.board.Board;
import org.postern.mail.board.Part;
import org.postern.mail.board.PartHistory;
import org.postern.portal.status.Components;
import org.springframework.dao.DataAccessException;

/// Asks the real parts how they are, and remembers what they said for the status page; what holds
/// for a while goes on the board. Thread-safe.
public final class Probes implements Components, Runnable {

    /// Mail that has waited longer is late for whoever waits for it.
    private static final Duration LATE = Duration.ofMinutes(5);

    /// What is seen for as many looks goes on the board: a hiccup is not history.
    static final int STEADY = 10;

    private final Board board;
    private final JobStore jobs;
    private final Optional<BooleanSupplier> door;
    private final BooleanSupplier sessions;
    private final Clock clock;
    private final UuidV7 ids;
    private final Map<Part, Seen> seen = new EnumMap<>(Part.class);
    private volatile List<Component> now = List.of();

    private record Seen(Word word, int looks) {}

    /// @param door whether mail is taken here; empty where this process is no door
    /// @param sessions whether readers can be signed in
    public Probes(
            Board board,
            JobStore jobs,
            Optional<BooleanSupplier> door,
            BooleanSupplier sessions,
            Clock clock,
            SecureRandom random) {
        this.board = board;
        this.jobs = jobs;
        this.door = door;
        this.sessions = sessions;
        this.clock = clock;
        this.ids = new UuidV7(clock, random);
    }

    /// During a maintenance nobody reads and nobody is told, whatever the parts say.
    @Override
    public List<Component> now() {
        if (!board.isMaintenance()) {
            return now;
        }
        return now.stream()
                .map(each ->
                        each.part() == Part.TAKING
                                ? each
                                : new Component(each.part(), State.MAINTENANCE))
                .toList();
    }

    /// Asks them.
    @Override
    public void run() {
        State telling = telling();
        State reading =
                telling == State.AWAY || !sessions.getAsBoolean() ? State.AWAY : State.WORKS;
        List<Component> found = new ArrayList<>();
        found.add(new Component(Part.READING, reading));
        door.ifPresent(takes ->
                found.add(
                        new Component(
                                Part.TAKING, takes.getAsBoolean() ? State.WORKS : State.AWAY)));
        found.add(new Component(Part.TELLING, telling));
        now = List.copyOf(found);
        if (!board.isMaintenance()) {
            found.forEach(this::remember);
        }
    }

    /// Writes what this process has seen change, and nothing of what others see otherwise: two that
    /// disagree would write without end.
    private void remember(Component component) {
        Word word = Word.valueOf(component.state().name());
        Seen before = seen.get(component.part());
        int looks = before != null && before.word() == word ? before.looks() + 1 : 1;
        seen.put(component.part(), new Seen(word, looks));
        if (looks % STEADY == 0 && isNews(component.part(), word, looks)) {
            board.note(
                    new BoardEntry(
                            ids.next(),
                            component.part().subject(),
                            word,
                            clock.instant(),
                            Optional.empty(),
                            Optional.empty(),
                            ""));
        }
    }

    private boolean isNews(Part part, Word word, int looks) {
        PartHistory history = board.history(part);
        // What others wrote since is theirs; only what nobody says any more is said again.
        return looks == STEADY
                ? history.lacks(word, clock.instant())
                : history.last().filter(last -> last.word() == word).isPresent()
                        && history.lacks(word, clock.instant());
    }

    private State telling() {
        try {
            return jobs.oldestDue(clock.instant())
                            .filter(oldest -> oldest.isBefore(clock.instant().minus(LATE)))
                            .isPresent()
                    ? State.SLOW
                    : State.WORKS;
        } catch (DataAccessException e) {
            return State.AWAY;
        }
    }
}
