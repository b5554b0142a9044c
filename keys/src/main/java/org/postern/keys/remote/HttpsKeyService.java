package org.postern.keys.remote;

import static org.postern.keys.remote.KeysConnection.required;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.postern.crypto.DataKey;
import org.postern.crypto.InstanceCertificate;
import org.postern.crypto.RecordKey;
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
import org.postern.keys.KeysAwayException;
import org.postern.keys.MessageLockedException;
import org.postern.keys.NotSignedInException;
import org.postern.keys.SignInSettings;
import org.postern.keys.remote.Questions.Kind;
import org.postern.keys.remote.Questions.SummaryKey;
import org.postern.keys.remote.Questions.SummaryKeys;

/// The key service of another process.
final class HttpsKeyService implements KeyService {

    private final KeysConnection keys;
    private final SignInSettings signInSettings;

    HttpsKeyService(KeysConnection keys) {
        this.keys = keys;
        this.signInSettings = new HttpsSignInSettings(keys);
    }

    @Override
    public Admitted admit(
            ObjectPreamble object,
            InstanceCertificate certificate,
            SpoolSlot slot,
            SealedRecord sealedEnvelope)
            throws OpeningFailedException {
        return required(
                askOpening(
                        Call.ADMIT,
                        new Questions.Admit(object, certificate, slot, sealedEnvelope),
                        Admitted.class));
    }

    @Override
    public Optional<Issued> issue(SignInRequest request) throws OpeningFailedException {
        return askOpening(Call.ISSUE, request, Issued.class);
    }

    @Override
    public Optional<Outcome> redeem(TenantId tenant, Redemption redemption, Visitor visitor) {
        Questions.Redeem question =
                switch (redemption) {
                    case Redemption.Link link ->
                            redeem(tenant, Kind.LINK, link.token(), redemption, visitor);
                    case Redemption.Code code ->
                            redeem(tenant, Kind.CODE, code.code(), redemption, visitor);
                    case Redemption.SecondStep step ->
                            new Questions.Redeem(
                                    tenant,
                                    Kind.SECOND_STEP,
                                    step.code(),
                                    step.remember(),
                                    Optional.empty(),
                                    step.browserMac(),
                                    visitor);
                    case Redemption.Passkey passkey ->
                            new Questions.Redeem(
                                    tenant,
                                    Kind.PASSKEY,
                                    "",
                                    false,
                                    Optional.of(passkey.assertion()),
                                    passkey.browserMac(),
                                    visitor);
                };
        return keys.askPlainly(Call.REDEEM, question, Questions.Answered.class)
                .flatMap(HttpsKeyService::outcome);
    }

    private static Questions.Redeem redeem(
            TenantId tenant, Kind kind, String secret, Redemption redemption, Visitor visitor) {
        return new Questions.Redeem(
                tenant, kind, secret, false, Optional.empty(), redemption.browserMac(), visitor);
    }

    private static Optional<Outcome> outcome(Questions.Answered answer) {
        return answer.redeemed().<Outcome>map(redeemed -> redeemed).or(answer::due);
    }

    @Override
    public String passkeyChallenge(TenantId tenant, Mac256 browserMac) {
        return required(
                        keys.askPlainly(
                                Call.PASSKEY_CHALLENGE,
                                new Questions.PasskeyChallenge(tenant, browserMac),
                                Questions.Challenge.class))
                .challenge();
    }

    @Override
    public SignInSettings signInSettings() {
        return signInSettings;
    }

    @Override
    public Map<MessageId, RecordKey> summaries(
            TenantId tenant, ReadingKey reader, Set<ObjectName> page) throws NotSignedInException {
        return required(
                        keys.askReading(
                                Call.SUMMARIES,
                                new Questions.Summaries(tenant, reader, page),
                                SummaryKeys.class))
                .keys()
                .stream()
                .collect(Collectors.toMap(SummaryKey::message, SummaryKey::key));
    }

    @Override
    public DataKey open(TenantId tenant, ReadingKey reader, ObjectName object, Slot slot)
            throws NotSignedInException, MessageLockedException, OpeningFailedException {
        return required(
                keys.askMessage(
                        Call.OPEN,
                        new Questions.Open(tenant, reader, object, slot),
                        DataKey.class));
    }

    @Override
    public Optional<Lock> lock(TenantId tenant, ReadingKey reader, MessageId message)
            throws NotSignedInException {
        return keys.askReading(
                Call.LOCK, new Questions.Locked(tenant, reader, message), Lock.class);
    }

    @Override
    public Optional<Lock> unlock(
            TenantId tenant, ReadingKey reader, MessageId message, String password)
            throws NotSignedInException {
        return keys.askReading(
                Call.UNLOCK, new Questions.Unlock(tenant, reader, message, password), Lock.class);
    }

    @Override
    public boolean relock(
            TenantId tenant, ReadingKey reader, MessageId message, MessagePassword password)
            throws NotSignedInException {
        return required(
                        keys.askReading(
                                Call.RELOCK,
                                new Questions.Relock(tenant, reader, message, password),
                                Questions.Done.class))
                .done();
    }

    @Override
    public Optional<PinRequest> askPin(TenantId tenant, ReadingKey reader, MessageId message)
            throws NotSignedInException {
        return keys.askReading(
                Call.ASK_PIN, new Questions.Locked(tenant, reader, message), PinRequest.class);
    }

    @Override
    public Optional<IssuedPin> issuePin(TenantId tenant, PinRequest request) {
        return keys.askPlainly(
                Call.ISSUE_PIN, new Questions.IssuePin(tenant, request), IssuedPin.class);
    }

    @Override
    public boolean relock(TenantId tenant, ReadingKey reader, MessageId message, PhoneNumber phone)
            throws NotSignedInException {
        return required(
                        keys.askReading(
                                Call.SET_PHONE,
                                new Questions.SetPhone(tenant, reader, message, phone),
                                Questions.Done.class))
                .done();
    }

    @Override
    public Owner own(TenantId tenant, ReadingKey reader) throws NotSignedInException {
        return required(
                keys.askReading(Call.OWN, new Questions.Reader(tenant, reader), Owner.class));
    }

    @Override
    public void destroy(TenantId tenant, MessageId message, Set<MailboxId> mailboxes) {
        keys.askPlainly(
                Call.DESTROY, new Questions.Destroy(tenant, message, mailboxes), Void.class);
    }

    @Override
    public void expire(TenantId tenant, MessageId message, Set<MailboxId> mailboxes, Dates dates) {
        keys.askPlainly(
                Call.EXPIRE, new Questions.Expire(tenant, message, mailboxes, dates), Void.class);
    }

    @Override
    public void expireOwn(
            TenantId tenant,
            ReadingKey author,
            MessageId message,
            Set<MailboxId> mailboxes,
            Dates dates)
            throws NotSignedInException, OpeningFailedException {
        try {
            keys.askMessage(
                    Call.EXPIRE_OWN,
                    new Questions.ExpireOwn(tenant, author, message, mailboxes, dates),
                    Void.class);
        } catch (MessageLockedException e) {
            throw new KeysAwayException("call=EXPIRE_OWN has an answer of another call", e);
        }
    }

    @Override
    public Optional<MailboxId> erase(TenantId tenant, EmailAddress address) {
        return keys.askPlainly(Call.ERASE, new Questions.Erase(tenant, address), MailboxId.class);
    }

    @Override
    public void endTenant(TenantId tenant) {
        keys.askPlainly(Call.END_TENANT, new Questions.Tenant(tenant), Void.class);
    }

    @Override
    public void end(TenantId tenant, ReadingKey reader) {
        keys.askPlainly(Call.END, new Questions.Reader(tenant, reader), Void.class);
    }

    private <T> Optional<T> askOpening(Call call, Object question, Class<T> type)
            throws OpeningFailedException {
        try {
            return keys.askMessage(call, question, type);
        } catch (NotSignedInException | MessageLockedException e) {
            throw new KeysAwayException("call=" + call + " has an answer of another call", e);
        }
    }
}
