package org.postern.server.board;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.postern.db.store.JobStore;
import org.postern.mail.board.Board;
import org.postern.portal.status.Components;
import org.springframework.dao.DataAccessException;

/// Asks the real parts how they are, and remembers what they said for the status page. Thread-safe.
public final class Probes implements Components, Runnable {

    /// Mail that has waited longer is late for whoever waits for it.
    private static final Duration LATE = Duration.ofMinutes(5);

    private final Board board;
    private final JobStore jobs;
    private final Optional<BooleanSupplier> door;
    private final BooleanSupplier sessions;
    private final Clock clock;
    private volatile List<Component> now = List.of();

    /// @param door whether mail is taken here; empty where this process is no door
    /// @param sessions whether readers can be signed in
    public Probes(
            Board board,
            JobStore jobs,
            Optional<BooleanSupplier> door,
            BooleanSupplier sessions,
            Clock clock) {
        this.board = board;
        this.jobs = jobs;
        this.door = door;
        this.sessions = sessions;
        this.clock = clock;
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
