package org.postern.server.board;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.postern.crypto.sealed.UuidV7;
import org.postern.db.store.BoardEntry;
import org.postern.db.store.BoardEntry.Word;
import org.postern.mail.board.Board;
import org.postern.mail.board.Incident;
import org.postern.mail.board.Maintenance;
import org.postern.mail.board.Maintenance.State;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;

/// `POST /board/WHAT` of the management port: what operators tell people of maintenance and
/// incidents. Works while the database is away, as long as Redis is there.
@Endpoint(id = "board")
public final class BoardEndpoint {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm zzz", Locale.ENGLISH);

    /// `start` means the maintenance that is due about now.
    private static final Duration ABOUT_NOW = Duration.ofHours(12);

    private final Board board;
    private final UuidV7 ids;
    private final Clock clock;
    private final ZoneId zone;

    public BoardEndpoint(Board board, Clock clock, SecureRandom random, ZoneId zone) {
        this.board = board;
        this.ids = new UuidV7(clock, random);
        this.clock = clock;
        this.zone = zone;
    }

    /// What there is, a line each.
    @ReadOperation
    public Map<String, List<String>> status() {
        List<String> lines = new ArrayList<>();
        for (Maintenance each : board.maintenances()) {
            if (each.state() != State.COMPLETED) {
                lines.add(
                        "maintenance %s %s %s - %s %s"
                                .formatted(
                                        each.id(),
                                        each.state().name().toLowerCase(Locale.ROOT),
                                        shown(each.startsAt()),
                                        shown(each.endsAt()),
                                        each.text()));
            }
        }
        for (Incident each : board.incidents()) {
            if (!each.isOver()) {
                lines.add(
                        "incident %s %s %s"
                                .formatted(
                                        each.id(),
                                        each.state().stored(),
                                        each.entries().getLast().text()));
            }
        }
        return Map.of("lines", lines);
    }

    /// Does one thing; what cannot be done is answered 422 with a sentence.
    @WriteOperation
    public WebEndpointResponse<Map<String, String>> write(
            @Selector String what,
            @Nullable String from,
            @Nullable String until,
            @Nullable String text,
            @Nullable String state) {
        try {
            String told = text == null ? "" : text.strip();
            if (told.length() > BoardEntry.MOST_CHARACTERS) {
                throw new RefusedException(
                        "--text may have " + BoardEntry.MOST_CHARACTERS + " characters at most.");
            }
            Optional<BoardEntry> entry =
                    switch (what) {
                        case "schedule" -> Optional.of(schedule(from, until, told));
                        case "announce" -> Optional.of(announce(told));
                        case "start" -> Optional.of(start(until, told));
                        case "end" -> Optional.of(end(told));
                        case "open" -> Optional.of(open(told));
                        case "update" -> Optional.of(update(state, told));
                        case "resolve" ->
                                Optional.of(incident(openIncident(), Word.RESOLVED, told));
                        default -> Optional.empty();
                    };
            if (entry.isEmpty()) {
                return new WebEndpointResponse<>(WebEndpointResponse.STATUS_NOT_FOUND);
            }
            board.write(entry.get());
            return new WebEndpointResponse<>(Map.of("id", entry.get().subject().toString()));
        } catch (RefusedException e) {
            return new WebEndpointResponse<>(
                    Map.of("sentence", String.valueOf(e.getMessage())), 422);
        }
    }

    private BoardEntry schedule(@Nullable String from, @Nullable String until, String text)
            throws RefusedException {
        Instant startsAt = time("--from", from);
        Instant endsAt = time("--until", until);
        if (!endsAt.isAfter(startsAt)) {
            throw new RefusedException("--until must be later than --from.");
        }
        if (!endsAt.isAfter(clock.instant())) {
            throw new RefusedException("--until has passed already.");
        }
        return entry(ids.next(), Word.SCHEDULED, Optional.of(startsAt), Optional.of(endsAt), text);
    }

    private BoardEntry announce(String text) throws RefusedException {
        Maintenance next =
                next().orElseThrow(() ->
                        new RefusedException(
                                "no maintenance is to come; maintenance schedule makes one."));
        return entry(next.id(), Word.ANNOUNCED, Optional.empty(), Optional.empty(), text);
    }

    /// Begins the one that is due about now, or one of its own.
    private BoardEntry start(@Nullable String until, String text) throws RefusedException {
        Instant now = clock.instant();
        Optional<Maintenance> current = board.current();
        if (current.isPresent() && hasStarted(current.get())) {
            throw new RefusedException("a maintenance goes on already; maintenance end ends it.");
        }
        Optional<Maintenance> due =
                current.or(this::next)
                        .filter(each -> each.startsAt().isBefore(now.plus(ABOUT_NOW)));
        Instant endsAt =
                until == null
                        ? due.map(Maintenance::endsAt)
                                .filter(now::isBefore)
                                .orElse(now.plus(Duration.ofHours(1)))
                        : time("--until", until);
        if (!endsAt.isAfter(now)) {
            throw new RefusedException("--until has passed already.");
        }
        return entry(
                due.map(Maintenance::id).orElseGet(ids::next),
                Word.STARTED,
                Optional.of(now),
                Optional.of(endsAt),
                text);
    }

    private BoardEntry end(String text) throws RefusedException {
        Maintenance current =
                board.current()
                        .or(this::next)
                        .orElseThrow(() ->
                                new RefusedException("no maintenance goes on or is to come."));
        return entry(
                current.id(), Word.ENDED, Optional.empty(), Optional.of(clock.instant()), text);
    }

    private BoardEntry open(String text) throws RefusedException {
        if (text.isEmpty()) {
            throw new RefusedException("--text is missing: say in plain words what does not work.");
        }
        return incident(ids.next(), Word.INVESTIGATING, text);
    }

    private BoardEntry update(@Nullable String state, String text) throws RefusedException {
        Word word;
        try {
            word = Word.valueOf(state == null ? "" : state.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            word = Word.RESOLVED;
        }
        if (!word.isOfIncident() || word == Word.RESOLVED) {
            throw new RefusedException("--state is one of investigating, identified, monitoring.");
        }
        return incident(openIncident(), word, text);
    }

    private UUID openIncident() throws RefusedException {
        return board.incidents().stream()
                .filter(each -> !each.isOver())
                .map(Incident::id)
                .findFirst()
                .orElseThrow(() ->
                        new RefusedException("no incident is open; incident open makes one."));
    }

    private BoardEntry incident(UUID subject, Word word, String text) {
        return entry(subject, word, Optional.empty(), Optional.empty(), text);
    }

    private BoardEntry entry(
            UUID subject,
            Word word,
            Optional<Instant> startsAt,
            Optional<Instant> endsAt,
            String text) {
        return new BoardEntry(ids.next(), subject, word, clock.instant(), startsAt, endsAt, text);
    }

    private Optional<Maintenance> next() {
        return board.maintenances().reversed().stream()
                .filter(each -> each.state() == State.SCHEDULED)
                .findFirst();
    }

    private static boolean hasStarted(Maintenance maintenance) {
        return maintenance.entries().stream().anyMatch(each -> each.word() == Word.STARTED);
    }

    private Instant time(String option, @Nullable String text) throws RefusedException {
        if (text == null || text.isBlank()) {
            throw new RefusedException(option + " is missing: " + option + " TIME.");
        }
        return AskedTime.parse(option, text.strip(), clock.instant(), zone);
    }

    private String shown(Instant time) {
        return TIME.format(time.atZone(zone));
    }
}
