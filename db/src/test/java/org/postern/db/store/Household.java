package org.postern.db.store;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.postern.crypto.sealed.Mac256;
import org.postern.db.MailboxId;
import org.postern.db.MessageId;
import org.postern.db.TenantId;
import org.postern.db.TestValues;
import org.postern.db.ThreadId;

/// A tenant in a mail database, and what it may have there.
final class Household {

    private final MailDatabase database;
    private final TenantId tenant = TestValues.tenant();

    Household(MailDatabase database, String host) {
        this.database = database;
        database.tenants().insert(tenant, host, host, Optional.empty(), TestValues.NOW);
    }

    TenantId tenant() {
        return tenant;
    }

    MailboxId mailbox() {
        MailboxId mailbox = TestValues.mailbox();
        database.mailboxes()
                .insertIfAbsent(
                        tenant, mailbox, TestValues.mac(), TestValues.record(), TestValues.NOW);
        return mailbox;
    }

    ThreadId thread(Instant at) {
        ThreadId thread = TestValues.thread();
        database.threads().begin(tenant, thread, List.of(), at);
        return thread;
    }

    StoredMessage message(ThreadId thread, Instant at) {
        return message(UUID.randomUUID(), thread, at);
    }

    StoredMessage message(UUID id, ThreadId thread, Instant at) {
        return message(id, thread, at, Optional.empty());
    }

    StoredMessage message(ThreadId thread, Instant at, Mac256 duplicateMac) {
        return message(UUID.randomUUID(), thread, at, Optional.of(duplicateMac));
    }

    private StoredMessage message(
            UUID id, ThreadId thread, Instant at, Optional<Mac256> duplicateMac) {
        return new StoredMessage(
                thread,
                TestValues.header(tenant, id),
                TestValues.certificate(),
                360L << 20,
                TestValues.record(),
                TestValues.record(),
                at,
                duplicateMac);
    }

    StoredSlot received(StoredMessage message, MailboxId mailbox) {
        return slot(message, mailbox, true, false);
    }

    StoredSlot sent(StoredMessage message, MailboxId mailbox) {
        return slot(message, mailbox, false, true);
    }

    StoredSlot copy(StoredMessage message, MailboxId mailbox, Mac256 copyMac) {
        return slot(message, mailbox, false, true, Optional.of(copyMac), Optional.empty());
    }

    StoredSlot duplicate(StoredMessage message, MailboxId mailbox, StoredMessage first) {
        return slot(message, mailbox, true, false, Optional.empty(), Optional.of(first.id()));
    }

    StoredSlot withoutEnvelope(StoredSlot slot) {
        return new StoredSlot(
                slot.message(),
                slot.mailbox(),
                slot.thread(),
                slot.headerHash(),
                slot.received(),
                slot.sent(),
                slot.slot(),
                slot.sealedSummary(),
                Optional.empty(),
                slot.acceptedAt(),
                slot.openedAt(),
                slot.expiresAt(),
                slot.readOnce(),
                slot.noForward(),
                slot.lock(),
                slot.copyMac(),
                slot.duplicateOf());
    }

    StoredSlot slot(StoredMessage message, MailboxId mailbox, boolean received, boolean sent) {
        return slot(message, mailbox, received, sent, Optional.empty(), Optional.empty());
    }

    StoredSlot slot(
            StoredMessage message,
            MailboxId mailbox,
            boolean received,
            boolean sent,
            Optional<Mac256> copyMac,
            Optional<MessageId> duplicateOf) {
        return new StoredSlot(
                message.id(),
                mailbox,
                message.thread(),
                message.header().digest(),
                received,
                sent,
                TestValues.slot(),
                TestValues.record(),
                Optional.of(TestValues.record()),
                message.acceptedAt(),
                Optional.empty(),
                Optional.empty(),
                false,
                false,
                Optional.empty(),
                copyMac,
                duplicateOf);
    }
}
