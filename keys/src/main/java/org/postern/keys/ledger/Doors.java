package org.postern.keys.ledger;

import static org.postern.keys.ledger.Rows.at;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;

/// The doors that were ever certified, with what each may still need of the spool keys. A door that
/// is cut off holds mail that nobody else knows of.
final class Doors {

    private final JdbcClient sql;
    private final Clock clock;

    Doors(JdbcClient ledger, Clock clock) {
        this.sql = ledger;
        this.clock = clock;
    }

    /// Knows of a door, which may need every key until it has said otherwise.
    void add(String instance) {
        sql.sql(
                        """
                        INSERT INTO door (instance, needs_from, reported_at) VALUES (:instance, 0, :now)
                        ON CONFLICT DO NOTHING
                        """)
                .param("instance", instance)
                .param("now", at(clock.instant()))
                .update();
    }

    void report(String instance, long oldestSpoolKey) {
        sql.sql(
                        """
                        INSERT INTO door (instance, needs_from, reported_at) VALUES (:instance, :key, :now)
                        ON CONFLICT (instance) DO UPDATE
                           SET needs_from = excluded.needs_from, reported_at = excluded.reported_at
                        """)
                .param("instance", instance)
                .param("key", oldestSpoolKey)
                .param("now", at(clock.instant()))
                .update();
    }

    /// The doors that may need this key: those that have not said since `due` that they do not.
    List<String> needing(long spoolKey, Instant due) {
        return sql.sql(
                        """
                        SELECT instance FROM door WHERE needs_from <= :key OR reported_at < :due
                         ORDER BY instance
                        """)
                .param("key", spoolKey)
                .param("due", at(due))
                .query((row, _) -> row.getString("instance"))
                .list();
    }

    /// An operator says that a door is gone, with all that its spool may hold.
    ///
    /// @return false if there was none
    boolean writeOff(String instance) {
        return sql.sql("DELETE FROM door WHERE instance = :instance")
                        .param("instance", instance)
                        .update()
                == 1;
    }
}
