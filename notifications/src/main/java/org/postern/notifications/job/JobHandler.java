package org.postern.notifications.job;

import org.postern.db.store.Job;

/// Does the jobs of one kind. Called by many threads at once.
///
/// A job may run twice: a worker can die after the work and before it is written down. So handling
/// is idempotent, or what it leaves behind is recognisable.
public interface JobHandler {

    /// Which jobs these are.
    String kind();

    /// When to try again, and when no more.
    RetryPolicy retries();

    /// Makes one attempt. The thread is interrupted when another worker has taken the job over, or
    /// this one is closing.
    ///
    /// A [RuntimeException] is a defect and counts as [Outcome.Retry]; one of Spring's for a
    /// database that is away is tried again soon and often, whatever [#retries] says.
    Outcome handle(Job job);

    /// What follows when a job of this kind is completed is promised and recorded here, in the
    /// transaction that completes it. Nothing slow, and no outcome.
    default void completed(Job job) {}

    /// What follows when an attempt was in vain and another one comes is recorded here, in the
    /// transaction that says when. Nothing slow, and no outcome.
    ///
    /// @param reason as in [Outcome.Retry]
    default void waits(Job job, String reason) {}

    /// What follows when a job of this kind still waits after [RetryPolicy#LATE] is promised here,
    /// in the transaction that says when it is tried again; at every attempt from then on. Nothing
    /// slow, and no outcome.
    default void late(Job job) {}

    /// What follows when a job of this kind is discarded is promised here: in the transaction that
    /// discards it, so there is never one without the other. Nothing slow, and no outcome.
    default void discarded(Job job) {}
}
