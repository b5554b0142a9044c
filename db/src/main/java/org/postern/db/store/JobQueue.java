package org.postern.db.store;

import static org.postern.db.store.Columns.at;
import static org.postern.db.store.Columns.instant;
import static org.postern.db.store.Columns.optionalMac;
import static org.postern.db.store.Columns.uuid;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.postern.db.JobId;
import org.postern.db.MailboxId;
import org.postern.db.TenantId;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Which jobs are next. Every domain that mail goes to has its turn, so that no number of jobs for
/// one of them delays those for another; what it costs does not depend on how many wait. ADR 4.
final class JobQueue {

    /// Of those that a claim looks at, these many more than it may take: some may be busy.
    private static final int SPARE_TURNS = 64;

    /// How long a job waits untried for a destination that rests before it is looked at all the
    /// same.
    private static final Duration LATE = Duration.ofHours(4);

    private final JdbcClient sql;
    private final AtomicInteger claims = new AtomicInteger();

    JobQueue(JdbcClient mailDatabase) {
        this.sql = mailDatabase;
    }

    /// What somebody waits for.
    List<Job> claimUrgent(int max, Instant now, Duration lease) {
        return sql.sql(
                        """
                        WITH due AS (SELECT job_id FROM job
                                      WHERE urgent AND state IN ('available', 'retryable', 'running') AND run_at <= :now
                                      ORDER BY run_at, job_id LIMIT :max FOR UPDATE SKIP LOCKED)
                        UPDATE job SET state = 'running', attempt = attempt + 1, run_at = :leaseEnd
                          FROM due WHERE job.job_id = due.job_id RETURNING job.*, false AS resting
                        """)
                .param("now", at(now))
                .param("max", max)
                .param("leaseEnd", at(now.plus(lease)))
                .query(JobQueue::job)
                .list();
    }

    /// All else. Every fourth claim begins with what goes nowhere in particular, so that it has its
    /// part while more waits than can be done.
    ///
    /// @param atOnce how many may run at once for one destination
    List<Job> claim(int max, Instant now, Duration lease, int atOnce) {
        boolean elsewhereFirst = claims.incrementAndGet() % 4 == 0;
        List<Job> claimed =
                new ArrayList<>(
                        elsewhereFirst
                                ? claimElsewhere(max, now, lease)
                                : claimThere(max, now, lease, atOnce));
        if (claimed.size() < max) {
            int room = max - claimed.size();
            claimed.addAll(
                    elsewhereFirst
                            ? claimThere(room, now, lease, atOnce)
                            : claimElsewhere(room, now, lease));
        }
        if (claimed.size() < max) {
            claimed.addAll(claimResting(max - claimed.size(), now, lease));
        }
        return claimed;
    }

    List<Job> claimElsewhere(int max, Instant now, Duration lease) {
        return sql.sql(
                        """
                        WITH due AS (SELECT job_id FROM job
                                      WHERE NOT urgent AND destination IS NULL AND told_with IS NULL
                                        AND state IN ('available', 'retryable', 'running') AND run_at <= :now
                                      ORDER BY run_at, job_id LIMIT :max FOR UPDATE SKIP LOCKED)
                        UPDATE job SET state = 'running', attempt = attempt + 1, run_at = :leaseEnd
                          FROM due WHERE job.job_id = due.job_id RETURNING job.*, false AS resting
                        """)
                .param("now", at(now))
                .param("max", max)
                .param("leaseEnd", at(now.plus(lease)))
                .query(JobQueue::job)
                .list();
    }

    /// One after another of each destination whose turn it is. Those looked at go to the end; one
    /// of which nothing is due is looked at when something will be, or, since a job may have been
    /// promised by somebody who has not committed yet, after as long as nothing was.
    ///
    /// One that has failed so often that it rested is tried with one job.
    private List<Job> claimThere(int max, Instant now, Duration lease, int atOnce) {
        return sql.sql(
                        """
                        WITH turn AS (
                            SELECT destination, look_at, turn AS number, idle_since,
                                   CASE WHEN failures >= :enough THEN 1 ELSE :atOnce END
                                   - (SELECT count(*) FROM job busy
                                       WHERE busy.destination = destination.destination AND busy.state = 'running' AND busy.run_at > :now) AS room,
                                   (SELECT min(waiting.run_at) FROM job waiting
                                     WHERE waiting.destination = destination.destination
                                       AND waiting.state IN ('available', 'retryable', 'running')) AS next
                              FROM destination WHERE look_at <= :now ORDER BY look_at, turn LIMIT :turns FOR UPDATE SKIP LOCKED),
                        each AS (
                            SELECT one.job_id, turn.destination, turn.look_at, turn.number AS turn,
                                   row_number() OVER (PARTITION BY turn.destination ORDER BY one.run_at, one.job_id) AS number
                              FROM turn CROSS JOIN LATERAL (
                                  SELECT job_id, run_at FROM job
                                   WHERE job.destination = turn.destination AND state IN ('available', 'retryable', 'running')
                                     AND run_at <= :now
                                   ORDER BY run_at, job_id
                                   LIMIT greatest(0, least(turn.room, :max, 2 * ((:max - 1) / (SELECT count(*) FROM turn) + 1)))
                                   FOR UPDATE SKIP LOCKED) one),
                        due AS (SELECT job_id, destination FROM each ORDER BY number, look_at, turn LIMIT :max),
                        took AS (SELECT DISTINCT destination FROM due),
                        looked AS (
                            UPDATE destination SET
                                   look_at = CASE WHEN turn.next <= :now AND (took.destination IS NOT NULL OR turn.room <= 0) THEN :now
                                                  WHEN turn.next <= :now THEN turn.look_at
                                                  ELSE least(turn.next, :now + greatest(interval '1 second', least(interval '1 hour',
                                                             :now - coalesce(turn.idle_since, :now)))) END,
                                   turn = CASE WHEN took.destination IS NULL THEN turn.number ELSE nextval('turn') END,
                                   idle_since = CASE WHEN turn.next <= :now THEN NULL ELSE coalesce(turn.idle_since, :now) END
                              FROM turn LEFT JOIN took USING (destination)
                             WHERE destination.destination = turn.destination
                               AND NOT (turn.next IS NULL AND coalesce(turn.idle_since < :now - interval '1 hour', false))),
                        gone AS (
                            DELETE FROM destination USING turn WHERE destination.destination = turn.destination
                               AND turn.next IS NULL AND turn.idle_since < :now - interval '1 hour')
                        UPDATE job SET state = 'running', attempt = attempt + 1, run_at = :leaseEnd
                          FROM due WHERE job.job_id = due.job_id RETURNING job.*, false AS resting
                        """)
                .param("now", at(now))
                .param("max", max)
                .param("turns", max + SPARE_TURNS)
                .param("atOnce", atOnce)
                .param("enough", DestinationStore.ENOUGH_FAILURES)
                .param("leaseEnd", at(now.plus(lease)))
                .query(JobQueue::job)
                .list();
    }

    /// What waits for a destination that rests and has waited for hours: it is not tried, but
    /// somebody may have to be told, or it is too late.
    private List<Job> claimResting(int max, Instant now, Duration lease) {
        return sql.sql(
                        """
                        WITH due AS (
                            SELECT late.job_id FROM destination CROSS JOIN LATERAL (
                                SELECT job_id FROM job
                                 WHERE job.destination = destination.destination AND state IN ('available', 'retryable', 'running')
                                   AND run_at <= :now AND created_at <= :late
                                 ORDER BY run_at, job_id LIMIT :max FOR UPDATE SKIP LOCKED) late
                             WHERE destination.rests_until > :now LIMIT :max)
                        UPDATE job SET state = 'running', attempt = attempt + 1, run_at = :leaseEnd
                          FROM due WHERE job.job_id = due.job_id RETURNING job.*, true AS resting
                        """)
                .param("now", at(now))
                .param("late", at(now.minus(LATE)))
                .param("max", max)
                .param("leaseEnd", at(now.plus(lease)))
                .query(JobQueue::job)
                .list();
    }

    static Job job(ResultSet row, int rowNumber) throws SQLException {
        return new Job(
                new JobId(uuid(row, "job_id")),
                new TenantId(uuid(row, "tenant_id")),
                row.getString("kind"),
                uuid(row, "subject_id"),
                Optional.ofNullable(row.getObject("mailbox_id", UUID.class)).map(MailboxId::new),
                row.getInt("attempt"),
                instant(row, "created_at"),
                row.getBoolean("urgent"),
                optionalMac(row, "destination"),
                row.getBoolean("resting"));
    }
}
