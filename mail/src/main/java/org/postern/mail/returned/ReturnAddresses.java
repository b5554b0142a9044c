package org.postern.mail.returned;

import java.time.Clock;
import java.util.Optional;
import org.postern.db.EmailAddress;
import org.postern.db.JobId;
import org.postern.db.TenantId;
import org.postern.keys.Authority;
import org.postern.notifications.outgoing.LentKey;

/// Where mail comes back to. Thread-safe.
public final class ReturnAddresses {

    private final LentKey key;

    public ReturnAddresses(Authority authority, Clock clock) {
        this.key = new LentKey(authority::returnKey, clock);
    }

    /// The reverse-path of this job's mail, where its tenant has a domain for that.
    public Optional<EmailAddress> of(TenantId tenant, JobId job, Optional<String> returnDomain) {
        return returnDomain.map(domain -> ReturnAddress.of(key.get(), tenant, job, domain));
    }
}
