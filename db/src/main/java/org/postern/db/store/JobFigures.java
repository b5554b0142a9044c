package org.postern.db.store;

import static org.postern.db.store.Columns.at;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/// How the queues of later work are doing. Thread-safe.
public final class JobFigures {

    private final JdbcClient sql;

    public JobFigures(JdbcClient mailDatabase) {
        this.sql = mailDatabase;
    }

    /// One queue: the jobs of one kind.
    ///
    /// @param waiting how many are not finished
    /// @param oldestDue since when the one that waits longest could have been done
    /// @param oldest when the oldest of them was promised
    public record Queue(long waiting, Optional<Instant> oldestDue, Optional<Instant> oldest) {

        public static final Queue EMPTY = new Queue(0, Optional.empty(), Optional.empty());
    }

    /// By kind; of kinds of which nothing waits there is no entry.
    public Map<String, Queue> queues(Instant now) {
        Map<String, Queue> queues = new HashMap<>();
        sql.sql(
                        """
                        SELECT kind, count(*) AS waiting, min(created_at) AS oldest,
                               min(run_at) FILTER (WHERE state IN ('available', 'retryable') AND run_at <= :now AND told_with IS NULL) AS oldest_due
                          FROM job WHERE state IN ('available', 'running', 'retryable') GROUP BY kind
                        """)
                .param("now", at(now))
                .query(row -> {
                    queues.put(
                            row.getString("kind"),
                            new Queue(
                                    row.getLong("waiting"),
                                    Columns.optionalInstant(row, "oldest_due"),
                                    Columns.optionalInstant(row, "oldest")));
                });
        return queues;
    }
}
