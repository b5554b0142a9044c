package org.postern.mail.board;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.postern.db.store.BoardEntry;
import org.postern.db.store.BoardEntry.Word;

/// A time in which operators work on the system.
///
/// It begins at its start and ends at its end, unless an operator began it by hand: then it ends by
/// hand, since nobody knows better when the work is done.
///
/// @param endsAt as expected
/// @param entries oldest first, at least one
public record Maintenance(
        UUID id, Instant startsAt, Instant endsAt, State state, List<BoardEntry> entries) {

    /// Where it is.
    public enum State {
        SCHEDULED,
        IN_PROGRESS,
        COMPLETED
    }

    public Maintenance {
        entries = List.copyOf(entries);
    }

    /// The newest words about it.
    public String text() {
        return entries.reversed().stream()
                .map(BoardEntry::text)
                .filter(text -> !text.isBlank())
                .findFirst()
                .orElse("");
    }

    /// Whether an operator wants everybody to know already.
    public boolean announced() {
        return has(entries, Word.ANNOUNCED);
    }

    /// As it is at `now`; empty if the entries do not say when.
    ///
    /// @param entries all about one subject
    static Optional<Maintenance> of(List<BoardEntry> entries, Instant now) {
        List<BoardEntry> sorted = entries.stream().sorted(OLDEST_FIRST).toList();
        Optional<Instant> startsAt = newest(sorted, BoardEntry::startsAt);
        Optional<Instant> endsAt = newest(sorted, BoardEntry::endsAt);
        return startsAt.isEmpty() || endsAt.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Maintenance(
                                sorted.getFirst().subject(),
                                startsAt.get(),
                                endsAt.get(),
                                state(sorted, startsAt.get(), endsAt.get(), now),
                                sorted));
    }

    static final Comparator<BoardEntry> OLDEST_FIRST =
            Comparator.comparing(BoardEntry::writtenAt).thenComparing(BoardEntry::id);

    private static State state(
            List<BoardEntry> entries, Instant startsAt, Instant endsAt, Instant now) {
        if (has(entries, Word.ENDED)) {
            return State.COMPLETED;
        }
        if (has(entries, Word.STARTED)) {
            return State.IN_PROGRESS;
        }
        if (now.isBefore(startsAt)) {
            return State.SCHEDULED;
        }
        return now.isBefore(endsAt) ? State.IN_PROGRESS : State.COMPLETED;
    }

    private static boolean has(List<BoardEntry> entries, Word word) {
        return entries.stream().anyMatch(entry -> entry.word() == word);
    }

    private static <T> Optional<T> newest(
            List<BoardEntry> entries, Function<BoardEntry, Optional<T>> value) {
        return entries.reversed().stream().map(value).flatMap(Optional::stream).findFirst();
    }
}
