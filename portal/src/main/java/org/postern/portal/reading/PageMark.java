package org.postern.portal.reading;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.postern.db.MessageId;
import org.postern.db.store.PagePosition;

/// Where a page of a folder ended, as a link carries it.
final class PageMark {

    private PageMark() {}

    static String of(PagePosition position) {
        return position.acceptedAt() + "_" + position.message();
    }

    /// What somebody made up begins at the first page.
    static Optional<PagePosition> parse(String mark) {
        int split = mark.indexOf('_');
        if (split < 0 || mark.length() > 80) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new PagePosition(
                            Instant.parse(mark.substring(0, split)),
                            new MessageId(UUID.fromString(mark.substring(split + 1)))));
        } catch (DateTimeException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
