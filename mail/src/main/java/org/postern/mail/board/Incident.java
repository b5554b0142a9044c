package org.postern.mail.board;

import java.util.List;
import java.util.UUID;
import org.postern.db.store.BoardEntry;
import org.postern.db.store.BoardEntry.Word;

/// Something that did not work.
///
/// @param entries oldest first, at least one
public record Incident(UUID id, List<BoardEntry> entries) {

    public Incident {
        entries = List.copyOf(entries);
    }

    /// Where it is.
    public Word state() {
        return entries.getLast().word();
    }

    public boolean isOver() {
        return state() == Word.RESOLVED;
    }
}
