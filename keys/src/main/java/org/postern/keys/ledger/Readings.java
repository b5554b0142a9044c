package org.postern.keys.ledger;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postern.crypto.DataKey;
import org.postern.crypto.RecordKey;
import org.postern.crypto.SlotName;
import org.postern.crypto.Slots;
import org.postern.crypto.WrappingKey;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.Slot;
import org.postern.db.IntegrityLog;
import org.postern.db.MailboxId;
import org.postern.db.MessageId;
import org.postern.db.TenantId;
import org.postern.db.store.AuditKind;
import org.postern.db.store.Deletion.What;
import org.postern.keys.KeyService.ObjectName;
import org.postern.keys.KeyService.Owner;
import org.postern.keys.KeyService.ReadingKey;
import org.postern.keys.MessageLockedException;
import org.postern.keys.NotSignedInException;

/// What those who are signed in do with the messages of their mailboxes.
final class Readings {

    private final Mailboxes mailboxes;
    private final ShredSecrets secrets;
    private final MessagePasswords passwords;
    private final ReadingKeys readers;
    private final Deletions deletions;
    private final LedgerAudit audit;

    Readings(
            Mailboxes mailboxes,
            ShredSecrets secrets,
            MessagePasswords passwords,
            ReadingKeys readers,
            Deletions deletions,
            LedgerAudit audit) {
        this.mailboxes = mailboxes;
        this.secrets = secrets;
        this.passwords = passwords;
        this.readers = readers;
        this.deletions = deletions;
        this.audit = audit;
    }

    Map<MessageId, RecordKey> summaries(TenantId tenant, ReadingKey reader, Set<ObjectName> page)
            throws NotSignedInException {
        Mailboxes.Mailbox mailbox = mailbox(tenant, reader);
        Set<UUID> objects =
                page.stream().map(name -> name.message().value()).collect(Collectors.toSet());
        Map<UUID, ShredSecrets.Found> found = secrets.find(tenant, mailbox.id(), objects);
        Map<Integer, Optional<WrappingKey>> versions = new HashMap<>();
        Map<MessageId, RecordKey> keys = new HashMap<>();
        for (ObjectName name : page) {
            ShredSecrets.@Nullable Found secret = found.get(name.message().value());
            if (secret != null) {
                versions.computeIfAbsent(
                                secret.mailboxVersion(),
                                version -> mailboxes.key(tenant, mailbox, version))
                        .ifPresent(key ->
                                keys.put(
                                        name.message(),
                                        Slots.summaryKey(
                                                key,
                                                secret.secret(),
                                                name(tenant, name, mailbox.id()))));
            }
        }
        return keys;
    }

    DataKey open(TenantId tenant, ReadingKey reader, ObjectName object, Slot slot)
            throws NotSignedInException, MessageLockedException, OpeningFailedException {
        Mailboxes.Mailbox mailbox = mailbox(tenant, reader);
        if (passwords.find(tenant, object.message().value(), mailbox.id(), reader).isPresent()) {
            throw new MessageLockedException();
        }
        ShredSecrets.Found secret = secret(tenant, mailbox, object);
        DataKey key = open(tenant, mailbox, secret, object, slot);
        secret.onceUntil()
                .ifPresent(until -> readOnce(tenant, object.message(), mailbox.id(), until));
        audit.record(
                tenant,
                AuditKind.MESSAGE_OPENED,
                Optional.of(mailbox.id()),
                Optional.of(object.message().value()));
        return key;
    }

    /// A secret that was changed is one more way in which opening fails; it is in the log.
    private ShredSecrets.Found secret(TenantId tenant, Mailboxes.Mailbox mailbox, ObjectName object)
            throws OpeningFailedException {
        try {
            return secrets.find(tenant, object.message().value(), mailbox.id())
                    .orElseThrow(OpeningFailedException::new);
        } catch (DamagedLedgerException e) {
            throw new OpeningFailedException();
        }
    }

    private DataKey open(
            TenantId tenant,
            Mailboxes.Mailbox mailbox,
            ShredSecrets.Found secret,
            ObjectName object,
            Slot slot)
            throws OpeningFailedException {
        try {
            return Slots.open(
                    slot,
                    mailboxes
                            .key(tenant, mailbox, slot.version())
                            .orElseThrow(OpeningFailedException::new),
                    secret.secret(),
                    name(tenant, object, mailbox.id()));
        } catch (DamagedLedgerException e) {
            throw new OpeningFailedException();
        } catch (OpeningFailedException e) {
            IntegrityLog.slot(IntegrityLog.Stored.SLOT, tenant, object.message(), mailbox.id());
            throw e;
        }
    }

    Owner own(TenantId tenant, ReadingKey reader) throws NotSignedInException {
        Mailboxes.Mailbox mailbox = mailbox(tenant, reader);
        return new Owner(mailbox.id(), mailbox.address());
    }

    /// Its time is short from now on, and nothing gives it back.
    private void readOnce(TenantId tenant, MessageId message, MailboxId mailbox, Instant until) {
        deletions.carryOutSilently(
                tenant, new What.Dates(message, Optional.of(mailbox), until, until));
        secrets.opened(tenant, message.value(), mailbox);
    }

    private Mailboxes.Mailbox mailbox(TenantId tenant, ReadingKey reader)
            throws NotSignedInException {
        return mailboxes.get(tenant, readers.mailbox(tenant, reader));
    }

    private static SlotName name(TenantId tenant, ObjectName object, MailboxId mailbox) {
        return new SlotName(
                tenant.value(), object.message().value(), mailbox.value(), object.headerHash());
    }
}
