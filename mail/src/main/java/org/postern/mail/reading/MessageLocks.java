package org.postern.mail.reading;

import java.security.SecureRandom;
import java.util.Optional;
import java.util.Set;
import org.postern.crypto.PasswordHash;
import org.postern.db.MessageId;
import org.postern.db.MessagePassword;
import org.postern.db.PhoneNumber;
import org.postern.keys.KeyService;
import org.postern.keys.KeyService.Lock;
import org.postern.keys.NotSignedInException;
import org.postern.mail.delivery.Delivery;
import org.postern.notifications.job.Jobs;
import org.postern.notifications.text.PinText;

/// The passwords that authors gave their messages, and the phones to which PINs for them go. The
/// key service has them and counts; here PINs are asked for, and authors are told when only they
/// can help. Thread-safe.
public final class MessageLocks {

    private final KeyService keys;
    private final Jobs jobs;
    private final SecureRandom random;

    public MessageLocks(KeyService keys, Jobs jobs, SecureRandom random) {
        this.keys = keys;
        this.jobs = jobs;
        this.random = random;
    }

    /// What keeps the message shut for this reader; empty if nothing does.
    ///
    /// @throws NotSignedInException if the reading key is no more
    public Optional<Lock> find(Reader reader, MessageId message) throws NotSignedInException {
        Optional<Lock> lock = keys.lock(reader.tenant(), reader.key(), message);
        lock.ifPresent(left -> tell(reader, message, left));
        return lock;
    }

    /// Tries a password or a PIN.
    ///
    /// @return what keeps the message shut now; empty if it opens
    /// @throws NotSignedInException if the reading key is no more
    public Optional<Lock> unlock(Reader reader, MessageId message, String password)
            throws NotSignedInException {
        Optional<Lock> lock = keys.unlock(reader.tenant(), reader.key(), message, password);
        lock.ifPresent(left -> tell(reader, message, left));
        return lock;
    }

    /// Gives a message and its copies another password.
    ///
    /// @param password a usable one ([PasswordHash#isUsable])
    /// @return false if none of them has a password that this reader may change
    /// @throws NotSignedInException if the reading key is no more
    public boolean change(
            Reader reader, Set<MessageId> copies, String password, Optional<String> hint)
            throws NotSignedInException {
        MessagePassword hashed = new MessagePassword(PasswordHash.hash(password, random), hint);
        boolean changed = false;
        for (MessageId copy : copies) {
            changed |= keys.relock(reader.tenant(), reader.key(), copy, hashed);
        }
        return changed;
    }

    /// Has a PIN sent to the phone that keeps the message shut. What becomes of it shows in
    /// [#find]: nothing is sent where no phone does, or no more are sent now.
    ///
    /// @throws NotSignedInException if the reading key is no more
    public void askPin(Reader reader, MessageId message) throws NotSignedInException {
        // If we die in between, the reader asks again.
        keys.askPin(reader.tenant(), reader.key(), message)
                .ifPresent(request ->
                        jobs.promiseUrgent(
                                reader.tenant(),
                                PinText.KIND,
                                request.id(),
                                Optional.of(reader.mailbox())));
    }

    /// Has the PINs of a message and its copies go to another phone.
    ///
    /// @return false if none of them goes to one that this reader may change
    /// @throws NotSignedInException if the reading key is no more
    public boolean change(Reader reader, Set<MessageId> copies, PhoneNumber phone)
            throws NotSignedInException {
        boolean changed = false;
        for (MessageId copy : copies) {
            changed |= keys.relock(reader.tenant(), reader.key(), copy, phone);
        }
        return changed;
    }

    /// Each time that the reader comes: if we had died after the last try, nobody would be told.
    /// The author is told once of each recipient, however often he changes password or phone.
    private void tell(Reader reader, MessageId message, Lock lock) {
        if (lock.shutForGood()) {
            jobs.promise(
                    reader.tenant(),
                    lock.phone().isPresent() ? Delivery.PIN_SPENT : Delivery.PASSWORD_SPENT,
                    message.value(),
                    Optional.of(reader.mailbox()));
        }
    }
}
