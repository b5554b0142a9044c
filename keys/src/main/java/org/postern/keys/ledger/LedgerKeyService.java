package org.postern.keys.ledger;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postern.crypto.DataKey;
import org.postern.crypto.InstanceCertificate;
import org.postern.crypto.RecordKey;
import org.postern.crypto.sealed.Mac256;
import org.postern.crypto.sealed.ObjectPreamble;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.SealedRecord;
import org.postern.crypto.sealed.Slot;
import org.postern.crypto.sealed.SpoolSlot;
import org.postern.crypto.sealed.UuidV7;
import org.postern.db.EmailAddress;
import org.postern.db.MailboxId;
import org.postern.db.MessageId;
import org.postern.db.MessagePassword;
import org.postern.db.PhoneNumber;
import org.postern.db.TenantId;
import org.postern.db.store.MailDatabase;
import org.postern.db.store.SignInRequest;
import org.postern.keys.Authority;
import org.postern.keys.KeyService;
import org.postern.keys.MessageLockedException;
import org.postern.keys.NotSignedInException;
import org.postern.keys.SignInSettings;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionOperations;

/// The key service in this process, on the key ledger. Nothing of it is opened, and nobody let in,
/// before the deletions that a restored ledger has forgotten were repeated.
final class LedgerKeyService implements KeyService {

    private final Deletions deletions;
    private final ShredSecrets secrets;
    private final Admissions admissions;
    private final SignIns signIns;
    private final Readings readings;
    private final Locks locks;
    private final Recalls recalls;
    private final PasskeyChallenges passkeyChallenges;
    private final SignInSettings signInSettings;

    LedgerKeyService(
            JdbcClient ledger,
            TransactionOperations transaction,
            Authority authority,
            TenantKeys tenants,
            SpoolKeys spoolKeys,
            Deletions deletions,
            MailDatabase mail,
            MailLimits mailLimits,
            Clock clock,
            SecureRandom random) {
        UuidV7 ids = new UuidV7(clock, random);
        Mailboxes mailboxes = new Mailboxes(ledger, tenants, ids, clock, random);
        MessagePhones phones = new MessagePhones(ledger, tenants, ids, clock, random);
        MessagePasswords passwords = new MessagePasswords(ledger, tenants, phones, clock, random);
        LedgerAudit audit = new LedgerAudit(mail.audit(), ids, clock);
        OwnRecords records = new OwnRecords(tenants, random);
        ReadingKeys readers = new ReadingKeys(ledger, records, ids, clock, random);
        ReaderEvents events = new ReaderEvents(mail, ids, clock);
        Passkeys passkeys = new Passkeys(ledger, records, ids, clock);
        SecondSteps secondSteps = new SecondSteps(ledger, records, clock, random);
        Devices devices = new Devices(ledger, records, ids, clock, random);
        Challenges challenges = new Challenges(ledger, ids, clock, random);
        this.passkeyChallenges = new PasskeyChallenges(ledger, clock, random);
        this.deletions = deletions;
        this.secrets = new ShredSecrets(ledger, tenants, clock, random);
        this.admissions =
                new Admissions(
                        transaction,
                        authority,
                        spoolKeys,
                        mailboxes,
                        secrets,
                        passwords,
                        phones,
                        random);
        this.signIns =
                new SignIns(
                        transaction,
                        spoolKeys,
                        mailboxes,
                        challenges,
                        new IssuedMails(ledger, transaction, mailLimits, clock),
                        new Entrance(
                                challenges,
                                passkeyChallenges,
                                passkeys,
                                secondSteps,
                                devices,
                                readers,
                                events),
                        readers,
                        audit);
        this.signInSettings =
                new LedgerSignInSettings(
                        transaction,
                        deletions,
                        records,
                        mailboxes,
                        readers,
                        passkeyChallenges,
                        passkeys,
                        secondSteps,
                        devices,
                        events);
        this.readings = new Readings(mailboxes, secrets, passwords, readers, deletions, audit);
        this.locks = new Locks(transaction, passwords, phones, readers, audit);
        this.recalls = new Recalls(mailboxes, secrets, readers, deletions);
    }

    @Override
    public Admitted admit(
            ObjectPreamble object,
            InstanceCertificate certificate,
            SpoolSlot slot,
            SealedRecord sealedEnvelope)
            throws OpeningFailedException {
        deletions.requireRepeated();
        return admissions.admit(object, certificate, slot, sealedEnvelope);
    }

    @Override
    public Optional<Issued> issue(SignInRequest request) throws OpeningFailedException {
        deletions.requireRepeated();
        return signIns.issue(request);
    }

    @Override
    public Optional<Outcome> redeem(TenantId tenant, Redemption redemption, Visitor visitor) {
        deletions.requireRepeated();
        return signIns.redeem(tenant, redemption, visitor);
    }

    @Override
    public String passkeyChallenge(TenantId tenant, Mac256 browserMac) {
        deletions.requireRepeated();
        return passkeyChallenges.issue(tenant, browserMac);
    }

    @Override
    public SignInSettings signInSettings() {
        return signInSettings;
    }

    @Override
    public Map<MessageId, RecordKey> summaries(
            TenantId tenant, ReadingKey reader, Set<ObjectName> page) throws NotSignedInException {
        deletions.requireRepeated();
        return readings.summaries(tenant, reader, page);
    }

    @Override
    public DataKey open(TenantId tenant, ReadingKey reader, ObjectName object, Slot slot)
            throws NotSignedInException, MessageLockedException, OpeningFailedException {
        deletions.requireRepeated();
        return readings.open(tenant, reader, object, slot);
    }

    @Override
    public Optional<Lock> lock(TenantId tenant, ReadingKey reader, MessageId message)
            throws NotSignedInException {
        deletions.requireRepeated();
        return locks.find(tenant, reader, message);
    }

    @Override
    public Optional<Lock> unlock(
            TenantId tenant, ReadingKey reader, MessageId message, String password)
            throws NotSignedInException {
        deletions.requireRepeated();
        return locks.unlock(tenant, reader, message, password);
    }

    @Override
    public boolean relock(
            TenantId tenant, ReadingKey reader, MessageId message, MessagePassword password)
            throws NotSignedInException {
        deletions.requireRepeated();
        return locks.change(tenant, reader, message, password);
    }

    @Override
    public boolean relock(TenantId tenant, ReadingKey reader, MessageId message, PhoneNumber phone)
            throws NotSignedInException {
        deletions.requireRepeated();
        return locks.change(tenant, reader, message, phone);
    }

    @Override
    public Optional<PinRequest> askPin(TenantId tenant, ReadingKey reader, MessageId message)
            throws NotSignedInException {
        deletions.requireRepeated();
        return locks.askPin(tenant, reader, message);
    }

    @Override
    public Optional<IssuedPin> issuePin(TenantId tenant, PinRequest request) {
        deletions.requireRepeated();
        return locks.issuePin(tenant, request);
    }

    @Override
    public Owner own(TenantId tenant, ReadingKey reader) throws NotSignedInException {
        deletions.requireRepeated();
        return readings.own(tenant, reader);
    }

    @Override
    public void destroy(TenantId tenant, MessageId message, Set<MailboxId> mailboxes) {
        deletions.requireRepeated();
        recalls.destroy(tenant, message, mailboxes);
    }

    @Override
    public void expire(TenantId tenant, MessageId message, Set<MailboxId> mailboxes, Dates dates) {
        deletions.requireRepeated();
        recalls.expire(tenant, message, mailboxes, dates);
    }

    @Override
    public void expireOwn(
            TenantId tenant,
            ReadingKey author,
            MessageId message,
            Set<MailboxId> mailboxes,
            Dates dates)
            throws NotSignedInException, OpeningFailedException {
        deletions.requireRepeated();
        recalls.expireOwn(tenant, author, message, mailboxes, dates);
    }

    @Override
    public Optional<MailboxId> erase(TenantId tenant, EmailAddress address) {
        deletions.requireRepeated();
        return recalls.erase(tenant, address);
    }

    @Override
    public void endTenant(TenantId tenant) {
        deletions.requireRepeated();
        recalls.endTenant(tenant);
    }

    @Override
    public void end(TenantId tenant, ReadingKey reader) {
        signIns.end(tenant, reader);
    }

    /// Shreds every slot whose time and grace are over.
    ///
    /// @return how many
    int shredDue() {
        deletions.requireRepeated();
        return secrets.deleteDue();
    }
}
