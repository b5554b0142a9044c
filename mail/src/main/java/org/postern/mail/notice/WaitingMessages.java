package org.postern.mail.notice;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.Optional;
import org.postern.crypto.Tokens;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.SealedRecord;
import org.postern.db.EmailAddress;
import org.postern.db.MailboxId;
import org.postern.db.MalformedAddressException;
import org.postern.db.MessageId;
import org.postern.db.TenantId;
import org.postern.db.store.DamagedRowException;
import org.postern.db.store.MailDatabase;
import org.postern.db.store.StoredMessage;
import org.postern.db.store.StoredSlot;
import org.postern.keys.Authority;
import org.postern.mail.delivery.OperationsRecords;

/// Finds what recipients may be told: names, addresses, what was kept of the envelope, and no body.
/// Thread-safe.
public final class WaitingMessages {

    private final MailDatabase database;
    private final Authority authority;
    private final Clock clock;
    private final SecureRandom random;

    public WaitingMessages(
            MailDatabase database, Authority authority, Clock clock, SecureRandom random) {
        this.database = database;
        this.authority = authority;
        this.clock = clock;
        this.random = random;
    }

    /// A message in a mailbox; empty if it is gone.
    ///
    /// @throws OpeningFailedException if what is stored of it is not what we stored
    Optional<WaitingMessage> find(TenantId tenant, MessageId id, MailboxId mailbox)
            throws OpeningFailedException {
        try {
            Optional<StoredMessage> message = database.messages().find(tenant, id);
            Optional<StoredSlot> slot = database.messages().findSlot(tenant, id, mailbox);
            return message.isPresent() && slot.isPresent()
                    ? Optional.of(opened(tenant, message.get(), slot.get()))
                    : Optional.empty();
        } catch (DamagedRowException e) {
            throw new OpeningFailedException();
        }
    }

    /// The address of a mailbox; empty if its owner was erased.
    ///
    /// @throws OpeningFailedException if what is stored of it is not what we stored
    Optional<EmailAddress> address(TenantId tenant, MailboxId mailbox)
            throws OpeningFailedException {
        try {
            Optional<SealedRecord> sealed = database.mailboxes().findAddress(tenant, mailbox);
            return sealed.isPresent()
                    ? Optional.of(
                            EmailAddress.parse(
                                    records(tenant)
                                            .openAddress(
                                                    tenant.value(), mailbox.value(), sealed.get())))
                    : Optional.empty();
        } catch (DamagedRowException | MalformedAddressException e) {
            throw new OpeningFailedException();
        }
    }

    /// The number by which the notice of a message for a mailbox is known; made once.
    String number(TenantId tenant, MessageId message, MailboxId mailbox) {
        Optional<String> number = database.notices().number(tenant, message, mailbox);
        while (number.isEmpty()) {
            database.notices()
                    .insertNumberIfAbsent(
                            tenant, Tokens.number(random), message, mailbox, clock.instant());
            number = database.notices().number(tenant, message, mailbox);
        }
        return number.get();
    }

    private WaitingMessage opened(TenantId tenant, StoredMessage message, StoredSlot slot)
            throws OpeningFailedException {
        OperationsRecords records = records(tenant);
        Optional<SealedRecord> subject = database.notices().subject(tenant, message.id());
        Optional<SealedRecord> envelope = slot.sealedEnvelope();
        return new WaitingMessage(
                message.id(),
                records.openAuthor(tenant.value(), message.id().value(), message.sealedAuthor()),
                subject.isPresent()
                        ? Optional.of(
                                records.openSubject(
                                        tenant.value(), message.id().value(), subject.get()))
                        : Optional.empty(),
                message.acceptedAt(),
                slot.expiresAt(),
                envelope.isPresent()
                        && records.openEnvelope(
                                        tenant.value(),
                                        message.id().value(),
                                        slot.mailbox().value(),
                                        envelope.get())
                                .requireTls(),
                slot.openedAt().isPresent()
                        || database.deletions().isRecalled(tenant, message.id())
                        || database.deletions().isRecalled(tenant, message.id(), slot.mailbox()));
    }

    private OperationsRecords records(TenantId tenant) {
        return new OperationsRecords(authority.lend(tenant).operations());
    }
}
