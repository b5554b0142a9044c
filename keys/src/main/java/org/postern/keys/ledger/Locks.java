package org.postern.keys.ledger;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.postern.db.MailboxId;
import org.postern.db.MessageId;
import org.postern.db.MessagePassword;
import org.postern.db.PhoneNumber;
import org.postern.db.TenantId;
import org.postern.db.store.AuditKind;
import org.postern.keys.KeyService.IssuedPin;
import org.postern.keys.KeyService.Lock;
import org.postern.keys.KeyService.PinRequest;
import org.postern.keys.KeyService.ReadingKey;
import org.postern.keys.NotSignedInException;
import org.springframework.transaction.support.TransactionOperations;

/// What keeps messages shut for those who are signed in, and how they open them: by a password, or
/// by a PIN from a phone.
final class Locks {

    private final TransactionOperations transaction;
    private final MessagePasswords passwords;
    private final MessagePhones phones;
    private final ReadingKeys readers;
    private final LedgerAudit audit;

    Locks(
            TransactionOperations transaction,
            MessagePasswords passwords,
            MessagePhones phones,
            ReadingKeys readers,
            LedgerAudit audit) {
        this.transaction = transaction;
        this.passwords = passwords;
        this.phones = phones;
        this.readers = readers;
        this.audit = audit;
    }

    Optional<Lock> find(TenantId tenant, ReadingKey reader, MessageId message)
            throws NotSignedInException {
        return passwords.find(tenant, message.value(), readers.mailbox(tenant, reader), reader);
    }

    Optional<Lock> unlock(TenantId tenant, ReadingKey reader, MessageId message, String typed)
            throws NotSignedInException {
        MailboxId mailbox = readers.mailbox(tenant, reader);
        Optional<Lock> lock = passwords.find(tenant, message.value(), mailbox, reader);
        if (lock.isEmpty() || passwords.unlock(tenant, message.value(), mailbox, reader, typed)) {
            return Optional.empty();
        }
        Optional<Lock> left = passwords.find(tenant, message.value(), mailbox, reader);
        boolean byPhone = lock.get().phone().isPresent();
        // Where no PIN was live, nothing was tried.
        if (!byPhone || !left.map(Lock::triesLeft).equals(lock.map(Lock::triesLeft))) {
            audit.record(
                    tenant,
                    byPhone ? AuditKind.PIN_WRONG : AuditKind.PASSWORD_WRONG,
                    Optional.of(mailbox),
                    Optional.of(message.value()));
        }
        return left;
    }

    Optional<PinRequest> askPin(TenantId tenant, ReadingKey reader, MessageId message)
            throws NotSignedInException {
        MailboxId mailbox = readers.mailbox(tenant, reader);
        return passwords.find(tenant, message.value(), mailbox, reader).isPresent()
                ? phones.ask(tenant, message.value(), mailbox)
                : Optional.empty();
    }

    Optional<IssuedPin> issuePin(TenantId tenant, PinRequest request) {
        return phones.issue(tenant, request)
                .map(issued -> {
                    audit.record(
                            tenant,
                            AuditKind.PIN_ISSUED,
                            Optional.of(issued.mailbox()),
                            Optional.of(issued.object()));
                    return issued.pin();
                });
    }

    boolean change(TenantId tenant, ReadingKey reader, MessageId message, MessagePassword password)
            throws NotSignedInException {
        MailboxId author = readers.mailbox(tenant, reader);
        return change(
                tenant,
                author,
                message,
                AuditKind.PASSWORD_CHANGED,
                () -> passwords.change(tenant, message.value(), author, password));
    }

    boolean change(TenantId tenant, ReadingKey reader, MessageId message, PhoneNumber phone)
            throws NotSignedInException {
        MailboxId author = readers.mailbox(tenant, reader);
        return change(
                tenant,
                author,
                message,
                AuditKind.PHONE_CHANGED,
                () -> passwords.change(tenant, message.value(), author, phone));
    }

    private boolean change(
            TenantId tenant,
            MailboxId author,
            MessageId message,
            AuditKind kind,
            BooleanSupplier change) {
        boolean changed = requireResult(transaction.execute(_ -> change.getAsBoolean()));
        if (changed) {
            audit.record(tenant, kind, Optional.of(author), Optional.of(message.value()));
        }
        return changed;
    }

    private static <T> T requireResult(@Nullable T result) {
        return requireNonNull(result);
    }
}
