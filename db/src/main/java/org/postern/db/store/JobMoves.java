package org.postern.db.store;

import static org.postern.db.store.Columns.at;

import java.sql.Types;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postern.crypto.sealed.SealedRecord;
import org.springframework.jdbc.core.simple.JdbcClient;

/// The moves of a claimed job. Each is made by whoever holds the attempt, or by nobody, and what is
/// told with the job moves along.
final class JobMoves {

    private final JdbcClient sql;

    JobMoves(JdbcClient mailDatabase) {
        this.sql = mailDatabase;
    }

    boolean extend(Job job, Instant leaseEnd) {
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

    boolean retry(Job job, String reason, Instant next, JobNote note) {
        return sql.sql(
                                """
                                WITH own AS (
                                    UPDATE job SET state = 'retryable', run_at = :next, reason = :reason,
                                           relay = coalesce(:relay, relay), sealed_reply = coalesce(:reply, sealed_reply)
                                     WHERE job_id = :job AND attempt = :attempt AND state = 'running' RETURNING job_id),
                                along AS (
                                    UPDATE job SET state = 'retryable', run_at = :next, reason = :reason, attempt = :attempt
                                      FROM own WHERE job.told_with = own.job_id AND job.state IN ('available', 'retryable'))
                                SELECT count(*) FROM own
                                """)
                        .param("next", at(next))
                        .param("reason", reason)
                        .param("relay", note.relay().orElse(null), Types.VARCHAR)
                        .param("reply", reply(note), Types.BINARY)
                        .param("job", job.id().value())
                        .param("attempt", job.attempt())
                        .query(Long.class)
                        .single()
                == 1;
    }

    /// It was not tried, so the attempt is not counted. The fence holds all the same: the only one
    /// who had this number gives it up here.
    void putBack(Job job, String reason, Instant now) {
        sql.sql(
                        """
                        UPDATE job SET state = 'retryable', run_at = :now, reason = :reason, attempt = attempt - 1
                         WHERE job_id = :job AND attempt = :attempt AND state = 'running'
                        """)
                .param("now", at(now))
                .param("reason", reason)
                .param("job", job.id().value())
                .param("attempt", job.attempt())
                .update();
    }

    boolean finish(Job job, JobState state, Optional<String> reason, Instant now, JobNote note) {
        return sql.sql(
                                """
                                WITH own AS (
                                    UPDATE job SET state = :state, finished_at = :now, reason = :reason, relay = coalesce(:relay, relay),
                                           sealed_reply = CASE WHEN :state = 'discarded' THEN coalesce(:reply, sealed_reply) END
                                     WHERE job_id = :job AND attempt = :attempt AND state = 'running' RETURNING job_id),
                                along AS (
                                    UPDATE job SET state = :state, finished_at = :now, reason = :reason, attempt = :attempt
                                      FROM own WHERE job.told_with = own.job_id AND job.state IN ('available', 'retryable'))
                                SELECT count(*) FROM own
                                """)
                        .param("state", state.name().toLowerCase(Locale.ROOT))
                        .param("now", at(now))
                        .param("reason", reason.orElse(null), Types.VARCHAR)
                        .param("relay", note.relay().orElse(null), Types.VARCHAR)
                        .param("reply", reply(note), Types.BINARY)
                        .param("job", job.id().value())
                        .param("attempt", job.attempt())
                        .query(Long.class)
                        .single()
                == 1;
    }

    boolean takeBack(Job job, String reason, Optional<SealedRecord> reply, Instant now) {
        return sql.sql(
                                """
                                WITH own AS (
                                    UPDATE job SET state = 'discarded', finished_at = :now, reason = :reason, sealed_reply = :reply
                                     WHERE job_id = :job AND state = 'completed' RETURNING job_id),
                                along AS (
                                    UPDATE job SET state = 'discarded', finished_at = :now, reason = :reason
                                      FROM own WHERE job.told_with = own.job_id AND job.state = 'completed')
                                SELECT count(*) FROM own
                                """)
                        .param("now", at(now))
                        .param("reason", reason)
                        .param("reply", reply.map(SealedRecord::toBytes).orElse(null), Types.BINARY)
                        .param("job", job.id().value())
                        .query(Long.class)
                        .single()
                == 1;
    }

    private static byte @Nullable [] reply(JobNote note) {
        return note.reply().map(SealedRecord::toBytes).orElse(null);
    }
}
