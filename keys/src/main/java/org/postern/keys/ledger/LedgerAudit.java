package org.postern.keys.ledger;

import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import org.postern.crypto.sealed.UuidV7;
import org.postern.db.MailboxId;
import org.postern.db.TenantId;
import org.postern.db.store.AuditKind;
import org.postern.db.store.AuditStore;

/// Says in the audit what is done with the ledger's keys.
final class LedgerAudit {

    private final AuditStore audit;
    private final UuidV7 ids;
    private final Clock clock;

    LedgerAudit(AuditStore audit, UuidV7 ids, Clock clock) {
        this.audit = audit;
        this.ids = ids;
        this.clock = clock;
    }

    void record(
            TenantId tenant, AuditKind kind, Optional<MailboxId> mailbox, Optional<UUID> object) {
        audit.insert(tenant, ids.next(), kind, mailbox, object, clock.instant());
    }
}
