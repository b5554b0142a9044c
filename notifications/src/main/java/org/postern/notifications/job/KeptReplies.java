package org.postern.notifications.job;

import java.util.Optional;
import org.postern.crypto.sealed.SealedRecord;
import org.postern.db.JobId;
import org.postern.db.TenantId;

/// Seals what relays say, since it may quote addresses. Thread-safe.
@FunctionalInterface
public interface KeptReplies {

    /// Keeps none.
    KeptReplies NONE = (_, _, _) -> Optional.empty();

    /// Nothing if it cannot be sealed now: what became of the job is written down all the same.
    Optional<SealedRecord> seal(TenantId tenant, JobId job, String reply);
}
