package org.postern.keys.ledger;

import java.time.Clock;
import java.util.Optional;
import org.postern.crypto.DataKey;
import org.postern.crypto.SlotName;
import org.postern.crypto.Slots;
import org.postern.crypto.WrappingKey;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.Slot;
import org.postern.crypto.sealed.UuidV7;
import org.postern.db.EmailAddress;
import org.postern.db.MailboxId;
import org.postern.db.TenantId;
import org.postern.db.store.AuditKind;
import org.postern.db.store.AuditStore;
import org.postern.keys.Custody;
import org.postern.keys.KeyService.ObjectName;

/// Opens a message for whoever owns the ledger, and says so in the audit.
final class LedgerCustody implements Custody {

    private final Mailboxes mailboxes;
    private final ShredSecrets secrets;
    private final AuditStore audit;
    private final UuidV7 ids;
    private final Clock clock;

    LedgerCustody(
            Mailboxes mailboxes, ShredSecrets secrets, AuditStore audit, UuidV7 ids, Clock clock) {
        this.mailboxes = mailboxes;
        this.secrets = secrets;
        this.audit = audit;
        this.ids = ids;
        this.clock = clock;
    }

    @Override
    public Optional<MailboxId> mailbox(TenantId tenant, EmailAddress address) {
        return mailboxes.find(tenant, address).map(Mailboxes.Mailbox::id);
    }

    @Override
    public DataKey take(TenantId tenant, MailboxId mailbox, ObjectName object, Slot slot)
            throws OpeningFailedException {
        ShredSecrets.Found secret =
                secrets.find(tenant, object.message().value(), mailbox)
                        .orElseThrow(OpeningFailedException::new);
        WrappingKey mailboxKey =
                mailboxes
                        .key(tenant, mailboxes.get(tenant, mailbox), slot.version())
                        .orElseThrow(OpeningFailedException::new);
        DataKey key =
                Slots.open(
                        slot,
                        mailboxKey,
                        secret.secret(),
                        new SlotName(
                                tenant.value(),
                                object.message().value(),
                                mailbox.value(),
                                object.headerHash()));
        audit.insert(
                tenant,
                ids.next(),
                AuditKind.MESSAGE_EXPORTED,
                Optional.of(mailbox),
                Optional.of(object.message().value()),
                clock.instant());
        return key;
    }
}
