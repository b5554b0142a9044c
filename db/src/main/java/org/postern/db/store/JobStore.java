package org.postern.db.store;

import static org.postern.db.store.Columns.at;
import static org.postern.db.store.Columns.instant;
import static org.postern.db.store.Columns.uuid;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.postern.db.JobId;
import org.postern.db.MailboxId;
import org.postern.db.TenantId;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Later work, inserted in the transaction of the fact that asks for it. Thread-safe.
public final class JobStore {

    private final JdbcClient sql;

    public JobStore(JdbcClient mailDatabase) {
        this.sql = mailDatabase;
    }

    /// Inserts a job unless there is one of this kind about this subject for this mailbox; in the
    /// caller's transaction.
    public void insertIfAbsent(
            TenantId tenant,
            JobId id,
            String kind,
            UUID subject,
            Optional<MailboxId> mailbox,
            Instant runAt) {
        sql.sql(
                        """
                        INSERT INTO job (job_id, tenant_id, kind, subject_id, mailbox_id, run_at, created_at)
                        VALUES (:job, :tenant, :kind, :subject, :mailbox, :runAt, :runAt)
                        ON CONFLICT (tenant_id, kind, subject_id, mailbox_id) DO NOTHING
                        """)
                .param("job", id.value())
                .param("tenant", tenant.value())
                .param("kind", kind)
                .param("subject", subject)
                .param("mailbox", mailbox.map(MailboxId::value).orElse(null), Types.OTHER)
                .param("runAt", at(runAt))
                .update();
    }

    /// Since when the longest waiting job could have been done; empty if none waits.
    public Optional<Instant> oldestDue(Instant now) {
        return sql.sql(
                        """
                        SELECT min(run_at) AS oldest FROM job
                         WHERE state IN ('available', 'retryable') AND run_at <= :now
                        """)
                .param("now", at(now))
                .query((row, _) -> Columns.optionalInstant(row, "oldest"))
                .single();
    }

    /// Inserts a job that is discarded before it begins, so that it is recorded why; in the
    /// caller's transaction.
    ///
    /// @param reason one of our own words, at most 40 characters
    public void insertDiscarded(
            TenantId tenant,
            JobId id,
            String kind,
            UUID subject,
            MailboxId mailbox,
            String reason,
            Instant now) {
        sql.sql(
                        """
                        INSERT INTO job (job_id, tenant_id, kind, subject_id, mailbox_id, state, run_at, created_at, finished_at, reason)
                        VALUES (:job, :tenant, :kind, :subject, :mailbox, 'discarded', :now, :now, :now, :reason)
                        """)
                .param("job", id.value())
                .param("tenant", tenant.value())
                .param("kind", kind)
                .param("subject", subject)
                .param("mailbox", mailbox.value())
                .param("now", at(now))
                .param("reason", reason)
                .update();
    }

    /// Takes up to `max` due jobs so that no other worker has them until the lease ends. The time
    /// of the next attempt is written before this one begins, so a crash cannot hammer anybody.
    public List<Job> claim(int max, Instant now, Duration lease) {
        return sql.sql(
                        """
                        WITH due AS (SELECT job_id FROM job
                                      WHERE state IN ('available', 'retryable', 'running') AND run_at <= :now -- running and due: the lease ran out
                                      ORDER BY run_at, job_id LIMIT :max FOR UPDATE SKIP LOCKED)
                        UPDATE job SET state = 'running', attempt = attempt + 1, run_at = :leaseEnd
                          FROM due WHERE job.job_id = due.job_id RETURNING job.*
                        """)
                .param("now", at(now))
                .param("max", max)
                .param("leaseEnd", at(now.plus(lease)))
                .query(JobStore::job)
                .list();
    }

    /// Moves the end of a claim's lease, while the work goes on.
    ///
    /// @return false if another worker has claimed the job since
    public boolean extend(Job job, Instant leaseEnd) {
        return sql.sql(
                                """
                                UPDATE job SET run_at = :leaseEnd
                                 WHERE job_id = :job AND attempt = :attempt AND state = 'running'
                                """)
                        .param("leaseEnd", at(leaseEnd))
                        .param("job", job.id().value())
                        .param("attempt", job.attempt())
                        .update()
                == 1;
    }

    /// Ends a claimed job as completed.
    ///
    /// @return false if another worker has claimed it since
    public boolean complete(Job job, Instant now) {
        return finish(job, JobState.COMPLETED, Optional.empty(), now);
    }

    /// Ends a claimed job for good without success.
    ///
    /// @param reason one of our own words, at most 40 characters
    public boolean discard(Job job, String reason, Instant now) {
        return finish(job, JobState.DISCARDED, Optional.of(reason), now);
    }

    /// Gives a claimed job back, due again at `next`.
    ///
    /// @param reason one of our own words, at most 40 characters
    public boolean retry(Job job, String reason, Instant next) {
        return sql.sql(
                                """
                                UPDATE job SET state = 'retryable', run_at = :next, reason = :reason
                                 WHERE job_id = :job AND attempt = :attempt AND state = 'running'
                                """)
                        .param("next", at(next))
                        .param("reason", reason)
                        .param("job", job.id().value())
                        .param("attempt", job.attempt())
                        .update()
                == 1;
    }

    /// Discards what is still to be done for a tenant, or for one mailbox of it.
    ///
    /// @param reason one of our own words, at most 40 characters
    public void discardAll(
            TenantId tenant, Optional<MailboxId> mailbox, String reason, Instant now) {
        sql.sql(
                        """
                        UPDATE job SET state = 'discarded', finished_at = :now, reason = :reason
                         WHERE tenant_id = :tenant AND state IN ('available', 'running', 'retryable')
                           AND (:all OR mailbox_id = :mailbox)
                        """)
                .param("now", at(now))
                .param("reason", reason)
                .param("tenant", tenant.value())
                .param("all", mailbox.isEmpty())
                .param("mailbox", mailbox.map(MailboxId::value).orElse(null), Types.OTHER)
                .update();
    }

    /// Why the job of this kind about this subject for this mailbox was discarded or put off, in
    /// our own words; empty if there is no such job or it was neither.
    public Optional<String> reason(TenantId tenant, String kind, UUID subject, MailboxId mailbox) {
        return sql.sql(
                        """
                        SELECT reason FROM job WHERE tenant_id = :tenant AND kind = :kind AND subject_id = :subject
                                                 AND mailbox_id = :mailbox AND reason IS NOT NULL
                        """)
                .param("tenant", tenant.value())
                .param("kind", kind)
                .param("subject", subject)
                .param("mailbox", mailbox.value())
                .query(String.class)
                .optional();
    }

    /// Makes every claim void. For a process that knows itself alone on its database, at its start:
    /// what it was doing when it was killed is due now, not when the lease ends.
    public void releaseClaims(Instant now) {
        sql.sql("UPDATE job SET state = 'retryable', run_at = :now WHERE state = 'running'")
                .param("now", at(now))
                .update();
    }

    /// How many jobs are not finished.
    public long waiting() {
        return sql.sql(
                        "SELECT count(*) FROM job WHERE state IN ('available', 'running',"
                                + " 'retryable')")
                .query(Long.class)
                .single();
    }

    private boolean finish(Job job, JobState state, Optional<String> reason, Instant now) {
        return sql.sql(
                                """
                                UPDATE job SET state = :state, finished_at = :now, reason = :reason
                                 WHERE job_id = :job AND attempt = :attempt AND state = 'running'
                                """)
                        .param("state", state.name().toLowerCase(Locale.ROOT))
                        .param("now", at(now))
                        .param("reason", reason.orElse(null), Types.VARCHAR)
                        .param("job", job.id().value())
                        .param("attempt", job.attempt())
                        .update()
                == 1;
    }

    private static Job job(ResultSet row, int rowNumber) throws SQLException {
        return new Job(
                new JobId(uuid(row, "job_id")),
                new TenantId(uuid(row, "tenant_id")),
                row.getString("kind"),
                uuid(row, "subject_id"),
                Optional.ofNullable(row.getObject("mailbox_id", UUID.class)).map(MailboxId::new),
                row.getInt("attempt"),
                instant(row, "created_at"));
    }
}
