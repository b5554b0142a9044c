package org.postern.mail.board;

import java.time.Instant;
import java.util.List;
import org.postern.db.store.BoardEntry;
import org.postern.db.store.BoardStore;

/// The copy in the mail database.
public final class DatabaseCopy implements BoardCopy {

    private final BoardStore store;

    public DatabaseCopy(BoardStore store) {
        this.store = store;
    }

    @Override
    public List<BoardEntry> since(Instant then) {
        return store.since(then);
    }

    @Override
    public void add(BoardEntry entry) {
        store.insertIfAbsent(entry);
    }

    @Override
    public void deleteBefore(Instant then) {
        store.deleteBefore(then);
    }
}
