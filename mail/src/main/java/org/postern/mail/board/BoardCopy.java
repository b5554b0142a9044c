package org.postern.mail.board;

import java.time.Instant;
import java.util.List;
import org.postern.db.store.BoardEntry;

/// A place where processes share what is on the board. Thread-safe.
///
/// Every method throws a [DataAccessException] while the place is away.
public interface BoardCopy {

    /// All entries written since then that are there.
    List<BoardEntry> since(Instant then);

    /// Adds an entry unless it is there.
    void add(BoardEntry entry);

    /// Forgets what was written before then.
    void deleteBefore(Instant then);
}
