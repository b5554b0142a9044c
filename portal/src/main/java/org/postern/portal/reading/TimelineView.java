package org.postern.portal.reading;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postern.db.store.TimelineEntry;
import org.postern.db.store.TimelineKind;
import org.postern.mail.reading.RecipientTimeline;

/// A recipient's timeline as the page of a sent message shows it.
///
/// @param message that went to him, of several copies
/// @param mailbox his
/// @param state the line that says how it stands
/// @param failed whether he was not told
/// @param canTell whether the author may have him told once more
public record TimelineView(
        String message,
        String mailbox,
        String address,
        List<Line> lines,
        Optional<Line> state,
        boolean failed,
        boolean canTell) {

    /// One line.
    ///
    /// @param key of its words
    /// @param code what a mail server answered, in numbers; empty if none did
    public record Line(String key, Instant at, String code) {}

    private static final Set<TimelineKind> SETTLED =
            Set.of(TimelineKind.READ, TimelineKind.ANSWERED);
    private static final Pattern ANSWER =
            Pattern.compile("(?:refused|deferred|returned|delayed)-([0-9.]+).*");

    static TimelineView of(RecipientTimeline timeline) {
        return new TimelineView(
                timeline.message().toString(),
                timeline.mailbox().toString(),
                timeline.address(),
                timeline.entries().stream().map(TimelineView::line).toList(),
                state(timeline.entries()).map(TimelineView::line),
                timeline.failed(),
                !timeline.read());
    }

    /// The last one; but whoever has read a message may follow the link in its notice afterwards.
    private static Optional<TimelineEntry> state(List<TimelineEntry> entries) {
        return entries.stream()
                .filter(entry -> SETTLED.contains(entry.kind()))
                .reduce((_, later) -> later)
                .or(() -> entries.stream().reduce((_, later) -> later));
    }

    private static Line line(TimelineEntry entry) {
        Matcher answer = ANSWER.matcher(entry.reason().orElse(""));
        String code = answer.matches() ? answer.group(1) : "";
        return new Line(
                "timeline." + entry.kind().word() + (code.isEmpty() ? "" : ".answered"),
                entry.at(),
                code);
    }

    @Override
    public String toString() {
        return "TimelineView[redacted]";
    }
}
