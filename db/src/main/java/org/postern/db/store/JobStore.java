package org.postern.db.store;

import static org.postern.db.store.Columns.at;

import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.postern.crypto.sealed.Mac256;
import org.postern.crypto.sealed.SealedRecord;
import org.postern.db.JobId;
import org.postern.db.MailboxId;
import org.postern.db.TenantId;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Later work, inserted in the transaction of the fact that asks for it. Thread-safe.
public final class JobStore {

    /// How many may run at once for one destination if nobody says otherwise.
    public static final int AT_ONCE = 20;

    private static final String INSERT =
            """
            INSERT INTO job (job_id, tenant_id, kind, subject_id, mailbox_id, run_at, created_at, urgent, destination)
            VALUES (:job, :tenant, :kind, :subject, :mailbox, :at, :at, :urgent, :destination)
            ON CONFLICT (tenant_id, kind, subject_id, mailbox_id) DO NOTHING
            """;

    private static final String INSERT_AND_GIVE_TURN =
            "WITH promised AS (" + INSERT + ") " + DestinationStore.GIVE_TURN;

    private static final String REMIND =
            """
            INSERT INTO job (job_id, tenant_id, kind, subject_id, mailbox_id, run_at, created_at, destination)
            SELECT CASE WHEN told.job_id = :told THEN :job ELSE gen_random_uuid() END, tenant_id, :kind, told.subject_id,
                   told.mailbox_id, :at, :at, :destination
              FROM job told JOIN tenant USING (tenant_id)
             WHERE tenant_id = :tenant AND (told.job_id = :told OR told.told_with = :told) AND tenant.reminds
            ON CONFLICT (tenant_id, kind, subject_id, mailbox_id) DO NOTHING
            """;

    private static final String REMIND_AND_GIVE_TURN =
            "WITH promised AS (" + REMIND + ") " + DestinationStore.GIVE_TURN;

    private final JdbcClient sql;
    private final JobQueue queue;
    private final JobMoves moves;
    private final DestinationStore destinations;

    public JobStore(JdbcClient mailDatabase) {
        this.sql = mailDatabase;
        this.queue = new JobQueue(mailDatabase);
        this.moves = new JobMoves(mailDatabase);
        this.destinations = new DestinationStore(mailDatabase);
    }

    /// Where the jobs go, and whether it is left alone.
    public DestinationStore destinations() {
        return destinations;
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
        insert(tenant, id, kind, subject, mailbox, runAt, false, Optional.empty());
    }

    /// The same for a job whose mail goes to this destination.
    public void insertIfAbsent(
            TenantId tenant,
            JobId id,
            String kind,
            UUID subject,
            Optional<MailboxId> mailbox,
            Instant runAt,
            Mac256 destination) {
        insert(tenant, id, kind, subject, mailbox, runAt, false, Optional.of(destination));
    }

    /// The same for a job that somebody waits for.
    public void insertUrgentIfAbsent(
            TenantId tenant,
            JobId id,
            String kind,
            UUID subject,
            Optional<MailboxId> mailbox,
            Instant runAt) {
        insert(tenant, id, kind, subject, mailbox, runAt, true, Optional.empty());
    }

    private void insert(
            TenantId tenant,
            JobId id,
            String kind,
            UUID subject,
            Optional<MailboxId> mailbox,
            Instant runAt,
            boolean urgent,
            Optional<Mac256> destination) {
        sql.sql(destination.isPresent() ? INSERT_AND_GIVE_TURN : INSERT)
                .param("job", id.value())
                .param("tenant", tenant.value())
                .param("kind", kind)
                .param("subject", subject)
                .param("mailbox", mailbox.map(MailboxId::value).orElse(null), Types.OTHER)
                .param("at", at(runAt))
                .param("urgent", urgent)
                .param("destination", destination.map(Mac256::toBytes).orElse(null), Types.BINARY)
                .update();
    }

    /// Inserts a job about each message that this one has told of, unless there is one or the
    /// tenant does not remind; in the caller's transaction.
    ///
    /// @param id of the first; others have random ones
    public void insertReminders(TenantId tenant, Job told, JobId id, String kind, Instant runAt) {
        Optional<Mac256> destination = told.destination();
        sql.sql(destination.isPresent() ? REMIND_AND_GIVE_TURN : REMIND)
                .param("tenant", tenant.value())
                .param("told", told.id().value())
                .param("job", id.value())
                .param("kind", kind)
                .param("at", at(runAt))
                .param("destination", destination.map(Mac256::toBytes).orElse(null), Types.BINARY)
                .update();
    }

    /// Since when the longest waiting job could have been done; empty if none waits.
    public Optional<Instant> oldestDue(Instant now) {
        return sql.sql(
                        """
                        SELECT min(run_at) AS oldest FROM job
                         WHERE state IN ('available', 'retryable') AND run_at <= :now AND told_with IS NULL
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
    /// What is urgent is not among them.
    public List<Job> claim(int max, Instant now, Duration lease) {
        return claim(max, now, lease, AT_ONCE);
    }

    /// The same.
    ///
    /// @param atOnce how many may run at once for one destination, whoever claims them
    public List<Job> claim(int max, Instant now, Duration lease, int atOnce) {
        return queue.claim(max, now, lease, atOnce);
    }

    /// Takes jobs that go nowhere in particular, and no others: while nothing can be sent.
    public List<Job> claimElsewhere(int max, Instant now, Duration lease) {
        return queue.claimElsewhere(max, now, lease);
    }

    /// Takes up to `max` due jobs that somebody waits for.
    public List<Job> claimUrgent(int max, Instant now, Duration lease) {
        return queue.claimUrgent(max, now, lease);
    }

    /// Moves the end of a claim's lease, while the work goes on.
    ///
    /// @return false if another worker has claimed the job since
    public boolean extend(Job job, Instant leaseEnd) {
        return moves.extend(job, leaseEnd);
    }

    /// Ends a claimed job as completed.
    ///
    /// @return false if another worker has claimed it since
    public boolean complete(Job job, Instant now) {
        return complete(job, now, JobNote.NONE);
    }

    /// The same for one that handed over a mail.
    public boolean complete(Job job, Instant now, JobNote note) {
        return moves.finish(job, JobState.COMPLETED, Optional.empty(), now, note);
    }

    /// Ends a claimed job for good without success.
    ///
    /// @param reason one of our own words, at most 40 characters
    public boolean discard(Job job, String reason, Instant now) {
        return discard(job, reason, now, JobNote.NONE);
    }

    /// The same for one whose mail was refused.
    ///
    /// @param reason one of our own words, at most 40 characters
    public boolean discard(Job job, String reason, Instant now, JobNote note) {
        return moves.finish(job, JobState.DISCARDED, Optional.of(reason), now, note);
    }

    /// Gives a claimed job back, due again at `next`.
    ///
    /// @param reason one of our own words, at most 40 characters
    public boolean retry(Job job, String reason, Instant next) {
        return retry(job, reason, next, JobNote.NONE);
    }

    /// The same for one whose mail was put off.
    ///
    /// @param reason one of our own words, at most 40 characters
    public boolean retry(Job job, String reason, Instant next, JobNote note) {
        boolean waits = moves.retry(job, reason, next, note);
        if (waits) {
            job.destination().ifPresent(there -> destinations.giveTurn(there, next));
        }
        return waits;
    }

    /// Gives a claimed job back untried: its destination has its next turn at this time.
    ///
    /// @param reason one of our own words, at most 40 characters
    public void putBack(Job job, String reason, Instant now, Instant turn) {
        moves.putBack(job, reason, now);
        job.destination().ifPresent(there -> destinations.pause(there, turn));
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

    /// Why the job of this kind about this subject for this mailbox was discarded or put off; empty
    /// if there is no such job or it was neither. Of one that is told with another it is the other
    /// that had the mail.
    public Optional<JobOutcome> outcome(
            TenantId tenant, String kind, UUID subject, MailboxId mailbox) {
        return sql.sql(
                        """
                        SELECT sent.job_id, job.reason, sent.relay, sent.sealed_reply
                          FROM job JOIN job sent ON sent.job_id = coalesce(job.told_with, job.job_id)
                         WHERE job.tenant_id = :tenant AND job.kind = :kind AND job.subject_id = :subject AND job.mailbox_id = :mailbox
                           AND job.reason IS NOT NULL
                        """)
                .param("tenant", tenant.value())
                .param("kind", kind)
                .param("subject", subject)
                .param("mailbox", mailbox.value())
                .query((row, _) ->
                        new JobOutcome(
                                new JobId(Columns.uuid(row, "job_id")),
                                row.getString("reason"),
                                Optional.ofNullable(row.getString("relay")),
                                Columns.optionalSealed(row, "sealed_reply", SealedRecord::of)))
                .optional();
    }

    /// The job with this id, and how it stands.
    public Optional<Standing> find(TenantId tenant, JobId id) {
        return sql.sql(
                        "SELECT *, false AS resting FROM job WHERE tenant_id = :tenant AND job_id ="
                                + " :job")
                .param("tenant", tenant.value())
                .param("job", id.value())
                .query((row, number) ->
                        new Standing(
                                JobQueue.job(row, number),
                                JobState.valueOf(row.getString("state").toUpperCase(Locale.ROOT))))
                .optional();
    }

    /// A job and how it stands.
    public record Standing(Job job, JobState state) {}

    /// Takes back that a job was completed, and what was told with it: its mail did not arrive.
    ///
    /// @param reason one of our own words, at most 40 characters
    /// @param reply what the mail server said that had it last, sealed
    /// @return false if it was not completed, or that was taken back before
    public boolean takeBack(Job job, String reason, Optional<SealedRecord> reply, Instant now) {
        return moves.takeBack(job, reason, reply, now);
    }

    /// Makes every claim void. For a process that knows itself alone on its database, at its start:
    /// what it was doing when it was killed is due now, not when the lease ends.
    public void releaseClaims(Instant now) {
        sql.sql("UPDATE job SET state = 'retryable', run_at = :now WHERE state = 'running'")
                .param("now", at(now))
                .update();
        destinations.giveTurns(now);
    }

    /// How many jobs are not finished.
    public long waiting() {
        return sql.sql(
                        "SELECT count(*) FROM job WHERE state IN ('available', 'running',"
                                + " 'retryable')")
                .query(Long.class)
                .single();
    }
}
