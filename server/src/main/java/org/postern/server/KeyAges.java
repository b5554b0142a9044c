package org.postern.server;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.postern.keys.ledger.Inventory.Level;

/// Says in time which keys are to be rotated.
final class KeyAges {

    private static final Duration SOON = Duration.ofDays(30);

    private KeyAges() {}

    /// One sentence for each level whose time is over or ends soon.
    static List<String> warnings(Map<Level, Instant> madeAt, Instant now) {
        return madeAt.entrySet().stream()
                .flatMap(made ->
                        made
                                .getKey()
                                .due(made.getValue())
                                .flatMap(due -> warning(due, now))
                                .map(sentence -> text(made.getKey()) + " " + sentence)
                                .stream())
                .toList();
    }

    /// What to do about a key that is due then, if anything.
    static Optional<String> warning(Instant due, Instant now) {
        if (now.isBefore(due.minus(SOON))) {
            return Optional.empty();
        }
        return Optional.of(
                now.isBefore(due)
                        ? "ends " + day(due) + ": rotate it by then"
                        : "was to be rotated by " + day(due) + ": rotate it now");
    }

    static String text(Level level) {
        return level.name().toLowerCase(Locale.ROOT);
    }

    static LocalDate day(Instant instant) {
        return LocalDate.ofInstant(instant, ZoneOffset.UTC);
    }
}
