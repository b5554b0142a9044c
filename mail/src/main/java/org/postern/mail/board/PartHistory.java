package org.postern.mail.board;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postern.db.store.BoardEntry;
import org.postern.db.store.BoardEntry.Word;

/// How one part of the service has been in the last 90 days, today included; days are those of UTC.
///
/// @param days the oldest first
/// @param last what was seen last; empty before anything was
public record PartHistory(List<Day> days, Optional<BoardEntry> last) {

    /// How often what goes on is said again: whoever says nothing for longer was not looking.
    private static final Duration SAID_AGAIN = Duration.ofDays(1);

    private static final Duration HOLDS = SAID_AGAIN.plusHours(2);
    private static final int DAYS = (int) Board.HISTORY.toDays();

    public PartHistory {
        days = List.copyOf(days);
    }

    /// One day.
    ///
    /// @param worst the worst that was seen of it; empty if nobody looked
    /// @param known for how long somebody looked
    /// @param away how much of this it did not work
    public record Day(LocalDate date, Optional<Word> worst, Duration known, Duration away) {

        /// For how long it did not work, in whole minutes, the last begun one included.
        public long minutesAway() {
            return away.plusSeconds(59).toMinutes();
        }

        private Day with(Word state, Duration time) {
            return new Day(
                    date,
                    Optional.of(worst.filter(other -> other.compareTo(state) > 0).orElse(state)),
                    known.plus(time),
                    state == Word.AWAY ? away.plus(time) : away);
        }
    }

    /// @param entries about one part, the oldest first
    static PartHistory of(List<BoardEntry> entries, Instant now) {
        LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
        List<Day> days = new ArrayList<>();
        for (LocalDate date = today.minusDays(DAYS - 1L);
                !date.isAfter(today);
                date = date.plusDays(1)) {
            days.add(day(date, entries, now));
        }
        return new PartHistory(
                days, entries.isEmpty() ? Optional.empty() : Optional.of(entries.getLast()));
    }

    /// Whether this is to be written, at `now`.
    public boolean lacks(Word word, Instant now) {
        return last.filter(entry -> entry.word() == word)
                .filter(entry -> now.isBefore(entry.writtenAt().plus(SAID_AGAIN)))
                .isEmpty();
    }

    /// Each word holds until the next.
    private static Day day(LocalDate date, List<BoardEntry> entries, Instant now) {
        Day day = new Day(date, Optional.empty(), Duration.ZERO, Duration.ZERO);
        Instant begin = date.atStartOfDay(ZoneOffset.UTC).toInstant();
        Instant end = earlier(date.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant(), now);
        for (int i = 0; i < entries.size(); i++) {
            Instant from = entries.get(i).writtenAt();
            Instant until =
                    earlier(
                            i + 1 < entries.size() ? entries.get(i + 1).writtenAt() : now,
                            from.plus(HOLDS));
            Instant later = from.isAfter(begin) ? from : begin;
            Instant sooner = earlier(until, end);
            if (later.isBefore(sooner)) {
                day = day.with(entries.get(i).word(), Duration.between(later, sooner));
            }
        }
        return day;
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    /// How much of the time it worked, in hundredths of a percent and never rounded up to all of
    /// it; empty before anything was seen.
    public Optional<String> worked() {
        Duration known = days.stream().map(Day::known).reduce(Duration.ZERO, Duration::plus);
        Duration away = days.stream().map(Day::away).reduce(Duration.ZERO, Duration::plus);
        if (known.isZero()) {
            return Optional.empty();
        }
        long hundredths = 10_000 * (known.toMillis() - away.toMillis()) / known.toMillis();
        return Optional.of("%d.%02d".formatted(hundredths / 100, hundredths % 100));
    }

    /// The days on which it did not work all the time, the newest first.
    public List<Day> badDays() {
        return days.reversed().stream().filter(day -> !day.away().isZero()).toList();
    }
}
