package org.postern.db.store;

import static org.postern.db.store.Columns.at;

import java.time.Duration;
import java.time.Instant;
import org.postern.crypto.sealed.Mac256;
import org.springframework.jdbc.core.simple.JdbcClient;

/// The domains that jobs go to, and whether they are left alone. Thread-safe.
///
/// One that defers everything rests with all its jobs, which one row says, however many wait.
public final class DestinationStore {

    /// After so many jobs in a row that it has deferred a destination rests.
    public static final int ENOUGH_FAILURES = 5;

    /// The reason with which a job waits that was not tried, since its destination rests.
    public static final String RESTS = "destination-rests";

    /// How long at first; twice as long each time.
    public static final Duration FIRST_REST = Duration.ofMinutes(1);

    public static final Duration LONGEST_REST = Duration.ofHours(1);

    private final JdbcClient sql;

    DestinationStore(JdbcClient mailDatabase) {
        this.sql = mailDatabase;
    }

    /// Gives `:destination` a turn `:at` a time, unless it rests; changes nothing, and locks
    /// nothing, while it has one.
    ///
    /// Whoever does this for several does it in one order everywhere, so that no two wait for each
    /// other.
    static final String GIVE_TURN =
            """
            INSERT INTO destination (destination, look_at)
            SELECT :destination, :at
             WHERE NOT EXISTS (SELECT FROM destination WHERE destination = :destination AND idle_since IS NULL
                                  AND (look_at <= :at OR rests_until > :at))
            ON CONFLICT (destination) DO UPDATE SET idle_since = NULL,
                look_at = greatest(least(destination.look_at, EXCLUDED.look_at), destination.rests_until)
            """;

    /// See [#GIVE_TURN]; in the caller's transaction.
    void giveTurn(Mac256 destination, Instant at) {
        sql.sql(GIVE_TURN).param("destination", destination.toBytes()).param("at", at(at)).update();
    }

    /// Gives all that do not rest a turn now.
    void giveTurns(Instant now) {
        sql.sql(
                        """
                        UPDATE destination SET look_at = :now, idle_since = NULL
                         WHERE look_at > :now AND (rests_until IS NULL OR rests_until <= :now)
                        """)
                .param("now", at(now))
                .update();
    }

    /// It has deferred a job. After some in a row it rests, and with it all that waits for it.
    ///
    /// @return whether it rests now
    public boolean deferred(Mac256 destination, Instant now) {
        return sql.sql(
                        """
                        WITH counted AS (
                            SELECT destination, failures + 1 AS failures,
                                   CASE WHEN failures + 1 >= :enough
                                        THEN :now + least(make_interval(secs => :longest),
                                                          make_interval(secs => :first) * power(2, failures + 1 - :enough)) END AS rest
                              FROM destination
                             WHERE destination = :destination AND (rests_until IS NULL OR rests_until <= :now) FOR UPDATE)
                        UPDATE destination SET failures = counted.failures, rests_until = counted.rest,
                               look_at = greatest(look_at, counted.rest)
                          FROM counted WHERE destination.destination = counted.destination
                        RETURNING destination.rests_until IS NOT NULL
                        """)
                .param("destination", destination.toBytes())
                .param("now", at(now))
                .param("enough", ENOUGH_FAILURES)
                .param("first", (double) FIRST_REST.toSeconds())
                .param("longest", (double) LONGEST_REST.toSeconds())
                .query(Boolean.class)
                .optional()
                .orElse(false);
    }

    /// It has taken or refused a mail, so it is there. What was put off since it rested is due.
    public void answered(Mac256 destination, Instant now) {
        boolean rested =
                sql.sql(
                                """
                                WITH before AS (SELECT destination, failures FROM destination
                                                 WHERE destination = :destination AND failures > 0 FOR UPDATE)
                                UPDATE destination SET failures = 0, rests_until = NULL, look_at = least(look_at, :now), idle_since = NULL
                                  FROM before WHERE destination.destination = before.destination
                                RETURNING before.failures >= :enough
                                """)
                        .param("destination", destination.toBytes())
                        .param("now", at(now))
                        .param("enough", ENOUGH_FAILURES)
                        .query(Boolean.class)
                        .optional()
                        .orElse(false);
        if (rested) {
            sql.sql(
                            """
                            UPDATE job SET run_at = :now WHERE destination = :destination AND state = 'retryable'
                                                           AND reason = :rests AND run_at > :now
                            """)
                    .param("destination", destination.toBytes())
                    .param("now", at(now))
                    .param("rests", RESTS)
                    .update();
        }
    }

    /// It has had enough for now: its turn comes at this time.
    void pause(Mac256 destination, Instant until) {
        sql.sql(
                        """
                        UPDATE destination SET look_at = greatest(:until, rests_until), idle_since = NULL WHERE destination = :destination
                        """)
                .param("destination", destination.toBytes())
                .param("until", at(until))
                .update();
    }

    /// How many rest.
    public long resting(Instant now) {
        return sql.sql("SELECT count(*) FROM destination WHERE rests_until > :now")
                .param("now", at(now))
                .query(Long.class)
                .single();
    }
}
