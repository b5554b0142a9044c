package org.postern.keys.ledger;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.postern.crypto.Tokens;
import org.postern.db.MailboxId;
import org.postern.db.TenantId;
import org.postern.db.store.AuditKind;
import org.postern.keys.KeyService.ReadingKey;
import org.postern.keys.NotRecentException;
import org.postern.keys.NotSignedInException;
import org.postern.keys.SignInSettings;
import org.springframework.transaction.support.TransactionOperations;

/// The settings in this process, on the key ledger.
final class LedgerSignInSettings implements SignInSettings {

    private final TransactionOperations transaction;
    private final Deletions deletions;
    private final OwnRecords records;
    private final Mailboxes mailboxes;
    private final ReadingKeys readers;
    private final PasskeyChallenges challenges;
    private final Passkeys passkeys;
    private final SecondSteps secondSteps;
    private final Devices devices;
    private final ReaderEvents events;

    LedgerSignInSettings(
            TransactionOperations transaction,
            Deletions deletions,
            OwnRecords records,
            Mailboxes mailboxes,
            ReadingKeys readers,
            PasskeyChallenges challenges,
            Passkeys passkeys,
            SecondSteps secondSteps,
            Devices devices,
            ReaderEvents events) {
        this.transaction = transaction;
        this.deletions = deletions;
        this.records = records;
        this.mailboxes = mailboxes;
        this.readers = readers;
        this.challenges = challenges;
        this.passkeys = passkeys;
        this.secondSteps = secondSteps;
        this.devices = devices;
        this.events = events;
    }

    @Override
    public Overview overview(TenantId tenant, ReadingKey reader) throws NotSignedInException {
        MailboxId mailbox = readerOf(tenant, reader);
        return new Overview(
                readers.isRecent(tenant, reader),
                readers.sessions(tenant, mailbox, reader),
                passkeys.of(tenant, mailbox),
                secondSteps.find(tenant, mailbox),
                devices.of(tenant, mailbox));
    }

    @Override
    public boolean endSession(TenantId tenant, ReadingKey reader, UUID session)
            throws NotSignedInException {
        MailboxId mailbox = readerOf(tenant, reader);
        boolean ended = readers.delete(tenant, mailbox, session);
        if (ended) {
            events.record(tenant, mailbox, AuditKind.SESSION_ENDED);
        }
        return ended;
    }

    @Override
    public int endOtherSessions(TenantId tenant, ReadingKey reader) throws NotSignedInException {
        MailboxId mailbox = readerOf(tenant, reader);
        int ended = readers.deleteOthers(tenant, mailbox, reader);
        if (ended > 0) {
            events.recordAndTell(tenant, mailbox, AuditKind.OTHER_SESSIONS_ENDED);
        }
        return ended;
    }

    @Override
    public PasskeyOffer offerPasskey(TenantId tenant, ReadingKey reader)
            throws NotSignedInException, NotRecentException {
        MailboxId mailbox = recentReaderOf(tenant, reader);
        return new PasskeyOffer(
                challenges.issue(tenant, Tokens.hash(reader.secret())),
                user(mailbox),
                mailboxes.get(tenant, mailbox).address().text(),
                passkeys.credentials(tenant, mailbox));
    }

    @Override
    public boolean addPasskey(TenantId tenant, ReadingKey reader, NewPasskey passkey)
            throws NotSignedInException, NotRecentException {
        MailboxId mailbox = recentReaderOf(tenant, reader);
        return change(
                tenant,
                mailbox,
                reader,
                AuditKind.PASSKEY_ADDED,
                () ->
                        passkeys.add(
                                tenant,
                                mailbox,
                                passkey,
                                challenge ->
                                        challenges.take(
                                                tenant, Tokens.hash(reader.secret()), challenge)));
    }

    @Override
    public boolean removePasskey(TenantId tenant, ReadingKey reader, UUID passkey)
            throws NotSignedInException, NotRecentException {
        MailboxId mailbox = recentReaderOf(tenant, reader);
        return change(
                tenant,
                mailbox,
                reader,
                AuditKind.PASSKEY_REMOVED,
                () -> passkeys.remove(tenant, mailbox, passkey));
    }

    @Override
    public Optional<SecondStepOffer> offerSecondStep(TenantId tenant, ReadingKey reader)
            throws NotSignedInException, NotRecentException {
        MailboxId mailbox = recentReaderOf(tenant, reader);
        String address = mailboxes.get(tenant, mailbox).address().text();
        return secondSteps
                .offer(tenant, mailbox)
                .map(secret -> new SecondStepOffer(secret, address));
    }

    @Override
    public Optional<RecoveryCodes> turnOnSecondStep(TenantId tenant, ReadingKey reader, String code)
            throws NotSignedInException, NotRecentException {
        MailboxId mailbox = recentReaderOf(tenant, reader);
        return requireNonNull(
                transaction.execute(_ -> {
                    Optional<RecoveryCodes> codes = secondSteps.turnOn(tenant, mailbox, code);
                    if (codes.isPresent()) {
                        changed(tenant, mailbox, reader, AuditKind.SECOND_STEP_ON);
                    }
                    return codes;
                }));
    }

    @Override
    public boolean turnOffSecondStep(TenantId tenant, ReadingKey reader, String code)
            throws NotSignedInException, NotRecentException {
        MailboxId mailbox = recentReaderOf(tenant, reader);
        // Not in the transaction: a wrong code's try stays spent.
        switch (secondSteps.check(tenant, mailbox, code)) {
            case APP, RECOVERY -> {
                return change(
                        tenant,
                        mailbox,
                        reader,
                        AuditKind.SECOND_STEP_OFF,
                        () -> {
                            secondSteps.turnOff(tenant, mailbox);
                            return true;
                        });
            }
            case WRONG -> events.record(tenant, mailbox, AuditKind.SECOND_STEP_WRONG);
            case WRONG_ONCE_TOO_OFTEN ->
                    events.recordAndTell(tenant, mailbox, AuditKind.SECOND_STEP_HELD);
            case WAITS -> {}
        }
        return false;
    }

    @Override
    public boolean forgetDevice(TenantId tenant, ReadingKey reader, UUID device)
            throws NotSignedInException {
        MailboxId mailbox = readerOf(tenant, reader);
        boolean forgotten = devices.forget(tenant, mailbox, device);
        if (forgotten) {
            events.record(tenant, mailbox, AuditKind.DEVICE_FORGOTTEN);
        }
        return forgotten;
    }

    private boolean change(
            TenantId tenant,
            MailboxId mailbox,
            ReadingKey reader,
            AuditKind kind,
            BooleanSupplier change) {
        return requireNonNull(
                transaction.execute(_ -> {
                    boolean done = change.getAsBoolean();
                    if (done) {
                        changed(tenant, mailbox, reader, kind);
                    }
                    return done;
                }));
    }

    /// Last in the transaction: what cannot be recorded and told is not done.
    private void changed(TenantId tenant, MailboxId mailbox, ReadingKey reader, AuditKind kind) {
        readers.deleteOthers(tenant, mailbox, reader);
        events.recordAndTell(tenant, mailbox, kind);
    }

    private MailboxId readerOf(TenantId tenant, ReadingKey reader) throws NotSignedInException {
        deletions.requireRepeated();
        return readers.mailbox(tenant, reader);
    }

    private MailboxId recentReaderOf(TenantId tenant, ReadingKey reader)
            throws NotSignedInException, NotRecentException {
        MailboxId mailbox = readerOf(tenant, reader);
        if (!readers.isRecent(tenant, reader)) {
            throw new NotRecentException();
        }
        records.prepare(tenant); // for the transaction in which it is changed
        return mailbox;
    }

    /// Says nothing of its owner to whoever finds the authenticator (Web Authentication level 2,
    /// section 14.6.1).
    private static String user(MailboxId mailbox) {
        UUID id = mailbox.value();
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(
                        ByteBuffer.allocate(2 * Long.BYTES)
                                .putLong(id.getMostSignificantBits())
                                .putLong(id.getLeastSignificantBits())
                                .array());
    }
}
