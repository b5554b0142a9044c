package org.postern.keys.limits;

import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postern.crypto.DataKey;
import org.postern.crypto.InstanceCertificate;
import org.postern.crypto.RecordKey;
import org.postern.crypto.Tokens;
import org.postern.crypto.sealed.Mac256;
import org.postern.crypto.sealed.ObjectPreamble;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.SealedRecord;
import org.postern.crypto.sealed.Slot;
import org.postern.crypto.sealed.SpoolSlot;
import org.postern.db.EmailAddress;
import org.postern.db.MailboxId;
import org.postern.db.MessageId;
import org.postern.db.MessagePassword;
import org.postern.db.PhoneNumber;
import org.postern.db.TenantId;
import org.postern.db.store.SignInRequest;
import org.postern.keys.KeyService;
import org.postern.keys.MessageLockedException;
import org.postern.keys.NotSignedInException;
import org.postern.keys.SignInSettings;

/// A key service that is asked so often and no more. One way for everybody: callers in this process
/// and in others come through here.
public final class LimitedKeyService implements KeyService {

    private final KeyService keys;
    private final SignInSettings signInSettings;
    private final Gate open;
    private final Gate summaries;
    private final Gate own;
    private final Gate unlock;
    private final Gate redeem;
    private final Gate issue;
    private final Gate pin;
    private final Gate admit;

    public LimitedKeyService(KeyService keys, Limits limits, Clock clock) {
        this.keys = keys;
        this.open = new Gate("open", limits.open(), clock);
        this.summaries = new Gate("summaries", limits.summaries(), clock);
        this.own = new Gate("own", limits.own(), clock);
        this.unlock = new Gate("unlock", limits.unlock(), clock);
        this.redeem = new Gate("redeem", limits.redeem(), clock);
        this.issue = new Gate("issue", limits.issue(), clock);
        this.pin = new Gate("pin", limits.pin(), clock);
        this.admit = new Gate("admit", limits.admit(), clock);
        this.signInSettings = new LimitedSignInSettings(keys.signInSettings(), own);
    }

    @Override
    public Admitted admit(
            ObjectPreamble object,
            InstanceCertificate certificate,
            SpoolSlot slot,
            SealedRecord sealedEnvelope)
            throws OpeningFailedException {
        admit.pass(object.header().tenant());
        return keys.admit(object, certificate, slot, sealedEnvelope);
    }

    @Override
    public Optional<Issued> issue(SignInRequest request) throws OpeningFailedException {
        issue.pass(request.header().tenant());
        return keys.issue(request);
    }

    @Override
    public Optional<Outcome> redeem(TenantId tenant, Redemption redemption, Visitor visitor) {
        redeem.pass(tenant);
        return keys.redeem(tenant, redemption, visitor);
    }

    @Override
    public String passkeyChallenge(TenantId tenant, Mac256 browserMac) {
        redeem.pass(tenant);
        return keys.passkeyChallenge(tenant, browserMac);
    }

    @Override
    public SignInSettings signInSettings() {
        return signInSettings;
    }

    @Override
    public Map<MessageId, RecordKey> summaries(
            TenantId tenant, ReadingKey reader, Set<ObjectName> page) throws NotSignedInException {
        summaries.pass(Tokens.hash(reader.secret()));
        return keys.summaries(tenant, reader, page);
    }

    @Override
    public DataKey open(TenantId tenant, ReadingKey reader, ObjectName object, Slot slot)
            throws NotSignedInException, MessageLockedException, OpeningFailedException {
        open.pass(Tokens.hash(reader.secret()));
        return keys.open(tenant, reader, object, slot);
    }

    @Override
    public Optional<Lock> lock(TenantId tenant, ReadingKey reader, MessageId message)
            throws NotSignedInException {
        own.pass(Tokens.hash(reader.secret()));
        return keys.lock(tenant, reader, message);
    }

    @Override
    public Optional<Lock> unlock(
            TenantId tenant, ReadingKey reader, MessageId message, String password)
            throws NotSignedInException {
        unlock.pass(Tokens.hash(reader.secret()));
        return keys.unlock(tenant, reader, message, password);
    }

    @Override
    public boolean relock(
            TenantId tenant, ReadingKey reader, MessageId message, MessagePassword password)
            throws NotSignedInException {
        unlock.pass(Tokens.hash(reader.secret()));
        return keys.relock(tenant, reader, message, password);
    }

    @Override
    public Optional<PinRequest> askPin(TenantId tenant, ReadingKey reader, MessageId message)
            throws NotSignedInException {
        own.pass(Tokens.hash(reader.secret()));
        return keys.askPin(tenant, reader, message);
    }

    @Override
    public Optional<IssuedPin> issuePin(TenantId tenant, PinRequest request) {
        pin.pass(tenant);
        return keys.issuePin(tenant, request);
    }

    @Override
    public boolean relock(TenantId tenant, ReadingKey reader, MessageId message, PhoneNumber phone)
            throws NotSignedInException {
        unlock.pass(Tokens.hash(reader.secret()));
        return keys.relock(tenant, reader, message, phone);
    }

    @Override
    public Owner own(TenantId tenant, ReadingKey reader) throws NotSignedInException {
        own.pass(Tokens.hash(reader.secret()));
        return keys.own(tenant, reader);
    }

    /// Never refused: what is to be shredded is shredded now.
    @Override
    public void destroy(TenantId tenant, MessageId message, Set<MailboxId> mailboxes) {
        keys.destroy(tenant, message, mailboxes);
    }

    /// Never refused, as what is done by an administrator.
    @Override
    public void expire(TenantId tenant, MessageId message, Set<MailboxId> mailboxes, Dates dates) {
        keys.expire(tenant, message, mailboxes, dates);
    }

    @Override
    public void expireOwn(
            TenantId tenant,
            ReadingKey author,
            MessageId message,
            Set<MailboxId> mailboxes,
            Dates dates)
            throws NotSignedInException, OpeningFailedException {
        own.pass(Tokens.hash(author.secret()));
        keys.expireOwn(tenant, author, message, mailboxes, dates);
    }

    /// Never refused: what is to be shredded is shredded now.
    @Override
    public Optional<MailboxId> erase(TenantId tenant, EmailAddress address) {
        return keys.erase(tenant, address);
    }

    /// Never refused: what is to be shredded is shredded now.
    @Override
    public void endTenant(TenantId tenant) {
        keys.endTenant(tenant);
    }

    /// Never refused: whoever signs out is signed out.
    @Override
    public void end(TenantId tenant, ReadingKey reader) {
        keys.end(tenant, reader);
    }
}
