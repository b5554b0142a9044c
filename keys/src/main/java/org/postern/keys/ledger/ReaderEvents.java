package org.postern.keys.ledger;

import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import org.postern.crypto.sealed.UuidV7;
import org.postern.db.JobId;
import org.postern.db.MailboxId;
import org.postern.db.TenantId;
import org.postern.db.store.AuditKind;
import org.postern.db.store.MailDatabase;
import org.postern.keys.KeyService;

/// Records what was done to somebody's way in, and has him told. The keys promise the mail
/// themselves: whoever runs code in the portal adds no passkey that its owner does not hear of.
final class ReaderEvents {

    private final MailDatabase mail;
    private final UuidV7 ids;
    private final Clock clock;

    ReaderEvents(MailDatabase mail, UuidV7 ids, Clock clock) {
        this.mail = mail;
        this.ids = ids;
        this.clock = clock;
    }

    void record(TenantId tenant, MailboxId mailbox, AuditKind kind) {
        record(tenant, mailbox, kind, ids.next());
    }

    /// The event and its mail commit together.
    void recordAndTell(TenantId tenant, MailboxId mailbox, AuditKind kind) {
        mail.transaction()
                .executeWithoutResult(_ -> {
                    UUID event = ids.next();
                    record(tenant, mailbox, kind, event);
                    mail.jobs()
                            .insertIfAbsent(
                                    tenant,
                                    new JobId(ids.next()),
                                    KeyService.SIGN_IN_CHANGED,
                                    event,
                                    Optional.of(mailbox),
                                    clock.instant());
                });
    }

    private void record(TenantId tenant, MailboxId mailbox, AuditKind kind, UUID event) {
        mail.audit()
                .insert(
                        tenant,
                        event,
                        kind,
                        Optional.of(mailbox),
                        Optional.empty(),
                        clock.instant());
    }
}
