package org.postern.mail.reading;

import java.util.List;
import java.util.stream.IntStream;
import org.postern.db.MailboxId;
import org.postern.db.MessageId;
import org.postern.db.store.TimelineEntry;
import org.postern.db.store.TimelineKind;

/// What became of a message at one recipient.
///
/// @param entries oldest first; of deferrals in a row the newest
public record RecipientTimeline(
        MessageId message, MailboxId mailbox, String address, List<TimelineEntry> entries) {

    public RecipientTimeline {
        entries = folded(entries);
    }

    /// While a mail server is away, each attempt says the same.
    private static List<TimelineEntry> folded(List<TimelineEntry> entries) {
        return IntStream.range(0, entries.size())
                .filter(at ->
                        at + 1 == entries.size()
                                || entries.get(at).kind() != TimelineKind.DEFERRED
                                || entries.get(at + 1).kind() != TimelineKind.DEFERRED)
                .mapToObj(entries::get)
                .toList();
    }

    /// Whether the recipient has read it, so that nobody need tell him once more.
    public boolean read() {
        return entries.stream().anyMatch(entry -> entry.kind() == TimelineKind.READ);
    }

    /// Whether the last that is known of its notices is that one was given up.
    public boolean failed() {
        return !read()
                && entries.stream()
                        .filter(entry ->
                                switch (entry.kind()) {
                                    case DEFERRED, TOLD, TOLD_AGAIN, FAILED -> true;
                                    default -> false;
                                })
                        .reduce((_, later) -> later)
                        .filter(entry -> entry.kind() == TimelineKind.FAILED)
                        .isPresent();
    }

    @Override
    public String toString() {
        return "RecipientTimeline[" + message + ", " + mailbox + "]";
    }
}
