package org.postern.db;

import java.time.Duration;
import java.time.Instant;

/// On what terms a message can be read: refused from the first date, shredded at the second.
/// Between the two its sender may still extend its time.
///
/// @param refusedFrom not read from then on
/// @param deletedFrom never read again from then on; not before `refusedFrom`
/// @param readOnce whether each recipient may read it for [#READ_ONCE_TIME] after opening it, and
///   no longer
/// @param noForward whether its sender asks not to pass it on: a request, which nothing enforces
public record ReadingTerms(
        Instant refusedFrom, Instant deletedFrom, boolean readOnce, boolean noForward) {

    /// Enough for a page and its attachments, which are fetched one by one.
    public static final Duration READ_ONCE_TIME = Duration.ofHours(1);

    public ReadingTerms {
        if (deletedFrom.isBefore(refusedFrom)) {
            throw new IllegalArgumentException("deleted before it is refused");
        }
    }

    /// The same for its author, who may read again what others read once.
    public ReadingTerms forAuthor() {
        return new ReadingTerms(refusedFrom, deletedFrom, false, noForward);
    }
}
