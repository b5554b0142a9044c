package org.postern.db.store;

import static org.postern.db.store.Columns.at;
import static org.postern.db.store.Columns.instant;
import static org.postern.db.store.Columns.optionalInstant;
import static org.postern.db.store.Columns.uuid;

import java.sql.Types;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.springframework.jdbc.core.simple.JdbcClient;

/// The notice board as the mail database has it. Of the whole house, not of a tenant: maintenance
/// is everybody's. Thread-safe.
public final class BoardStore {

    private final JdbcClient sql;

    public BoardStore(JdbcClient mailDatabase) {
        this.sql = mailDatabase;
    }

    public void insertIfAbsent(BoardEntry entry) {
        sql.sql(
                        """
                        INSERT INTO board_entry (entry_id, subject_id, word, written_at, starts_at, ends_at, told)
                        VALUES (:entry, :subject, :word, :written, :starts, :ends, :told) ON CONFLICT DO NOTHING
                        """)
                .param("entry", entry.id())
                .param("subject", entry.subject())
                .param("word", entry.word().stored())
                .param("written", at(entry.writtenAt()))
                .param(
                        "starts",
                        entry.startsAt().map(Columns::at).orElse(null),
                        Types.TIMESTAMP_WITH_TIMEZONE)
                .param(
                        "ends",
                        entry.endsAt().map(Columns::at).orElse(null),
                        Types.TIMESTAMP_WITH_TIMEZONE)
                .param("told", entry.text())
                .update();
    }

    /// All that was written since then, in no order.
    public List<BoardEntry> since(Instant then) {
        return sql.sql("SELECT * FROM board_entry WHERE written_at >= :then")
                .param("then", at(then))
                .query((row, _) ->
                        new BoardEntry(
                                uuid(row, "entry_id"),
                                uuid(row, "subject_id"),
                                BoardEntry.Word.valueOf(
                                        row.getString("word").toUpperCase(Locale.ROOT)),
                                instant(row, "written_at"),
                                optionalInstant(row, "starts_at"),
                                optionalInstant(row, "ends_at"),
                                row.getString("told")))
                .list();
    }

    /// Forgets what was written before then.
    public void deleteBefore(Instant then) {
        sql.sql("DELETE FROM board_entry WHERE written_at < :then")
                .param("then", at(then))
                .update();
    }
}
