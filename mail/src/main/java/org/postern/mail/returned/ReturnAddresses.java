package org.postern.mail.returned;

import java.time.Clock;
import java.util.Optional;
import org.postern.db.EmailAddress;
import org.postern.db.JobId;
import org.postern.db.TenantId;
import org.postern.db.store.MailDatabase;
import org.postern.keys.Authority;
import org.postern.notifications.outgoing.LentKey;

/// Where mail comes back to, where its tenant has a domain for that. Thread-safe.
public final class ReturnAddresses {

    private final MailDatabase database;
    private final LentKey key;

    public ReturnAddresses(MailDatabase database, Authority authority, Clock clock) {
        this.database = database;
        this.key = new LentKey(authority::returnKey, clock);
    }

    /// The reverse-path of this job's mail.
    public Optional<EmailAddress> of(TenantId tenant, JobId job) {
        return database.tenants()
                .rules(tenant)
                .returnDomain()
                .map(domain -> ReturnAddress.of(key.get(), tenant, job, domain));
    }
}
