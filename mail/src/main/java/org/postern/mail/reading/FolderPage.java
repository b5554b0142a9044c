package org.postern.mail.reading;

import java.util.List;
import java.util.Optional;
import org.postern.db.store.PagePosition;

/// A page of a folder, newest first.
///
/// @param next where the page after this one begins; empty on the last
/// @param unopened how many received messages wait to be opened, in all
public record FolderPage(List<MessageRow> rows, Optional<PagePosition> next, int unopened) {

    public FolderPage {
        rows = List.copyOf(rows);
    }
}
