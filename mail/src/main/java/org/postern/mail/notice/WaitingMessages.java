package org.postern.mail.notice;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
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
import org.postern.db.store.Job;
import org.postern.db.store.MailDatabase;
import org.postern.db.store.StoredNotice;
import org.postern.db.store.StoredRecipient;
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

    /// Whom a job's mail goes to, and what it may say of these messages and of those that are told
    /// with them; empty if his mailbox's owner was erased.
    ///
    /// @throws OpeningFailedException if what is stored of it is not what we stored
    Optional<Recipient> find(Job job, Optional<MessageId> message) throws OpeningFailedException {
        TenantId tenant = job.tenant();
        MailboxId mailbox = job.mailbox().orElseThrow();
        try {
            Optional<StoredRecipient> found =
                    database.notices()
                            .recipient(tenant, mailbox, job.id(), message.stream().toList());
            return found.isPresent()
                    ? Optional.of(recipient(tenant, mailbox, found.get()))
                    : Optional.empty();
        } catch (DamagedRowException | MalformedAddressException e) {
            throw new OpeningFailedException();
        }
    }

    private Recipient recipient(TenantId tenant, MailboxId mailbox, StoredRecipient stored)
            throws OpeningFailedException, MalformedAddressException {
        OperationsRecords records = new OperationsRecords(authority.lend(tenant).operations());
        List<WaitingMessage> messages = new ArrayList<>();
        for (StoredNotice notice : stored.notices()) {
            messages.add(opened(tenant, mailbox, notice, records));
        }
        return new Recipient(
                EmailAddress.parse(
                        records.openAddress(
                                tenant.value(), mailbox.value(), stored.sealedAddress())),
                stored.language().locale(),
                stored.rules(),
                stored.returnDomain(),
                messages);
    }

    private static WaitingMessage opened(
            TenantId tenant, MailboxId mailbox, StoredNotice notice, OperationsRecords records)
            throws OpeningFailedException {
        MessageId message = notice.message();
        Optional<SealedRecord> subject = notice.sealedSubject();
        Optional<SealedRecord> envelope = notice.sealedEnvelope();
        return new WaitingMessage(
                message,
                records.openAuthor(tenant.value(), message.value(), notice.sealedAuthor()),
                subject.isPresent()
                        ? Optional.of(
                                records.openSubject(tenant.value(), message.value(), subject.get()))
                        : Optional.empty(),
                notice.acceptedAt(),
                notice.expiresAt(),
                envelope.isPresent()
                        && records.openEnvelope(
                                        tenant.value(),
                                        message.value(),
                                        mailbox.value(),
                                        envelope.get())
                                .requireTls(),
                notice.settled(),
                notice.number());
    }

    /// The number by which the notice of a message for a mailbox is known; made once.
    String number(TenantId tenant, WaitingMessage message, MailboxId mailbox) {
        Optional<String> number = message.number();
        while (number.isEmpty()) {
            String made = Tokens.number(random);
            number =
                    database.notices()
                                    .insertNumberIfAbsent(
                                            tenant, made, message.id(), mailbox, clock.instant())
                            ? Optional.of(made)
                            : database.notices().number(tenant, message.id(), mailbox);
        }
        return number.get();
    }
}
