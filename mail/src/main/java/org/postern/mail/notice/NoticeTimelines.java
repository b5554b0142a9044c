package org.postern.mail.notice;

import java.time.Clock;
import java.util.Optional;
import org.postern.db.MessageId;
import org.postern.db.store.Job;
import org.postern.db.store.JobOutcome;
import org.postern.db.store.MailDatabase;
import org.postern.db.store.TimelineKind;

/// Tells a message's author what becomes of its notices; each time in the transaction that writes
/// down what became of the job. Thread-safe.
final class NoticeTimelines {

    private final MailDatabase database;
    private final Clock clock;

    NoticeTimelines(MailDatabase database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /// The recipient of each message that the job is about was sent a mail.
    void addTold(Job job, TimelineKind kind) {
        database.timelines().insertTold(job.tenant(), job.id(), kind, clock.instant());
    }

    /// The mail could not be sent yet.
    void addDeferred(Job job, MessageId message, String reason) {
        add(job, message, TimelineKind.DEFERRED, Optional.of(reason));
    }

    private void add(Job job, MessageId message, TimelineKind kind, Optional<String> reason) {
        database.timelines()
                .insert(
                        job.tenant(),
                        message,
                        job.mailbox().orElseThrow(),
                        kind,
                        clock.instant(),
                        reason);
    }

    /// With the reason that the job was discarded for.
    void addFailed(Job job, MessageId message) {
        add(
                job,
                message,
                TimelineKind.FAILED,
                database.jobs()
                        .outcome(
                                job.tenant(),
                                job.kind(),
                                job.subject(),
                                job.mailbox().orElseThrow())
                        .map(JobOutcome::reason));
    }
}
