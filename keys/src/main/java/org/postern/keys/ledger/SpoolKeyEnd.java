package org.postern.keys.ledger;

import static org.postern.keys.ledger.Rows.at;
import static org.postern.keys.ledger.Rows.instant;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/// The end of spool keys: what was sealed to one is opened by nobody afterwards, not from a backup
/// either. None is destroyed while mail may need it.
public final class SpoolKeyEnd {

    private static final Logger log = LoggerFactory.getLogger(SpoolKeyEnd.class);

    /// After the week: a snapshot that names the key is valid for two, and a message that was begun
    /// in the last of its hours has ended in the third.
    private static final Duration KEPT_AFTER_ITS_WEEK = Duration.ofDays(21);

    /// Whoever took the key out before it was destroyed has admitted by then.
    private static final Duration REMEMBERED = Duration.ofDays(1);

    private static final int BATCH = 10_000;

    private final JdbcClient sql;
    private final Doors doors;
    private final Clock clock;

    SpoolKeyEnd(JdbcClient ledger, Doors doors, Clock clock) {
        this.sql = ledger;
        this.doors = doors;
        this.clock = clock;
    }

    /// A key that is there, and what it waits for.
    ///
    /// @param due when it is to be destroyed at the earliest
    /// @param doors that may need it
    /// @param arrivals whether mail that was handed over waits for it
    public record Standing(
            long id, Instant madeAt, Instant due, List<String> doors, boolean arrivals) {

        public Standing {
            doors = List.copyOf(doors);
        }
    }

    /// Destroys the keys whose time is over and that nothing needs, and forgets what was admitted
    /// by those destroyed a day ago.
    ///
    /// @param oldestWaiting the oldest key that an arrival not yet delivered needs
    /// @return how many were destroyed
    public int run(OptionalLong oldestWaiting) {
        Instant now = clock.instant();
        int destroyed = 0;
        for (Standing key : standing(oldestWaiting)) {
            if (now.isBefore(key.due())) {
                continue;
            }
            if (key.doors().isEmpty() && !key.arrivals()) {
                destroyed += destroy(key.id(), now);
                log.info("a spool key was destroyed: week={}", key.id());
            } else {
                log.warn(
                        "a spool key is kept beyond its time: week={} arrivals={} doors={}",
                        key.id(),
                        key.arrivals(),
                        key.doors());
            }
        }
        forget(now);
        return destroyed;
    }

    /// Every key that is there, oldest first.
    public List<Standing> standing(OptionalLong oldestWaiting) {
        List<Standing> standing = new ArrayList<>();
        sql.sql(
                        """
                        SELECT spool_key_id, created_at FROM spool_key WHERE wrapped_seed IS NOT NULL
                         ORDER BY spool_key_id
                        """)
                .query((row, _) ->
                        new Made(row.getLong("spool_key_id"), instant(row, "created_at")))
                .list()
                .forEach(key -> {
                    Instant due =
                            Instant.EPOCH
                                    .plus(SpoolKeys.WEEK.multipliedBy(key.id() + 1))
                                    .plus(KEPT_AFTER_ITS_WEEK);
                    standing.add(
                            new Standing(
                                    key.id(),
                                    key.at(),
                                    due,
                                    doors.needing(key.id(), due),
                                    oldestWaiting.isPresent()
                                            && oldestWaiting.getAsLong() <= key.id()));
                });
        return standing;
    }

    /// An operator says that a door is gone, with all that its spool may hold.
    ///
    /// @return false if there was none of that name
    public boolean writeOff(String instance) {
        boolean known = doors.writeOff(instance);
        if (known) {
            log.warn("a door was written off: instance={}", instance);
        }
        return known;
    }

    private int destroy(long id, Instant now) {
        return sql.sql(
                        """
                        UPDATE spool_key SET wrapped_seed = NULL, destroyed_at = :now
                         WHERE spool_key_id = :id AND wrapped_seed IS NOT NULL
                        """)
                .param("now", at(now))
                .param("id", id)
                .update();
    }

    private void forget(Instant now) {
        List<Long> over =
                sql.sql("SELECT spool_key_id FROM spool_key WHERE destroyed_at <= :then")
                        .param("then", at(now.minus(REMEMBERED)))
                        .query((row, _) -> row.getLong("spool_key_id"))
                        .list();
        for (long id : over) {
            int forgotten;
            do {
                forgotten =
                        sql.sql(
                                        """
                                        DELETE FROM admission WHERE ctid = ANY (ARRAY(
                                            SELECT ctid FROM admission WHERE spool_key_id = :id LIMIT :batch))
                                        """)
                                .param("id", id)
                                .param("batch", BATCH)
                                .update();
            } while (forgotten > 0);
            sql.sql("DELETE FROM spool_key WHERE spool_key_id = :id").param("id", id).update();
        }
    }

    private record Made(long id, Instant at) {}
}
