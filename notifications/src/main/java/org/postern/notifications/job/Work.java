package org.postern.notifications.job;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/// One kind of work that waits in the mail database, and how an attempt at it is made.
///
/// @param <C> a claim: the row as it was taken, with its attempt number as fence
public interface Work<C> {

    /// What log and threads call it.
    String name();

    UUID id(C claim);

    /// Takes up to `max` due rows so that no other worker has them until the lease ends.
    List<C> claim(int max, Instant now, Duration lease);

    /// Moves the end of a claim's lease, while the work goes on.
    ///
    /// @return false if another worker has claimed it since
    boolean extend(C claim, Instant leaseEnd);

    /// Makes one attempt, and writes what became of it after [Lease#end].
    void attempt(Lease<C> lease);
}
