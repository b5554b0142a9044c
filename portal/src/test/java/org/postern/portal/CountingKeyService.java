package org.postern.portal;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.postern.crypto.DataKey;
import org.postern.crypto.InstanceCertificate;
import org.postern.crypto.RecordKey;
import org.postern.crypto.sealed.ObjectPreamble;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.SealedRecord;
import org.postern.crypto.sealed.Slot;
import org.postern.crypto.sealed.SpoolSlot;
import org.postern.db.MailboxId;
import org.postern.db.MessageId;
import org.postern.db.MessagePassword;
import org.postern.db.TenantId;
import org.postern.db.store.SignInRequest;
import org.postern.keys.KeyService;
import org.postern.keys.MessageLockedException;
import org.postern.keys.NotSignedInException;

/// The real key service, and what it was asked.
public final class CountingKeyService implements KeyService {

    private final KeyService keys;
    private final List<String> calls = new CopyOnWriteArrayList<>();

    CountingKeyService(KeyService keys) {
        this.keys = keys;
    }

    /// The names of all calls since the portal was started, in their order.
    public List<String> calls() {
        return List.copyOf(calls);
    }

    @Override
    public Admitted admit(
            ObjectPreamble object,
            InstanceCertificate certificate,
            SpoolSlot slot,
            SealedRecord sealedEnvelope)
            throws OpeningFailedException {
        calls.add("admit");
        return keys.admit(object, certificate, slot, sealedEnvelope);
    }

    @Override
    public Optional<Issued> issue(SignInRequest request) throws OpeningFailedException {
        calls.add("issue");
        return keys.issue(request);
    }

    @Override
    public Optional<Redeemed> redeem(TenantId tenant, Redemption redemption) {
        calls.add("redeem");
        return keys.redeem(tenant, redemption);
    }

    @Override
    public Map<MessageId, RecordKey> summaries(
            TenantId tenant, ReadingKey reader, Set<ObjectName> page) throws NotSignedInException {
        calls.add("summaries");
        return keys.summaries(tenant, reader, page);
    }

    @Override
    public DataKey open(TenantId tenant, ReadingKey reader, ObjectName object, Slot slot)
            throws NotSignedInException, MessageLockedException, OpeningFailedException {
        calls.add("open");
        return keys.open(tenant, reader, object, slot);
    }

    @Override
    public Optional<Lock> lock(TenantId tenant, ReadingKey reader, MessageId message)
            throws NotSignedInException {
        calls.add("lock");
        return keys.lock(tenant, reader, message);
    }

    @Override
    public Optional<Lock> unlock(
            TenantId tenant, ReadingKey reader, MessageId message, String password)
            throws NotSignedInException {
        calls.add("unlock");
        return keys.unlock(tenant, reader, message, password);
    }

    @Override
    public boolean relock(
            TenantId tenant, ReadingKey reader, MessageId message, MessagePassword password)
            throws NotSignedInException {
        calls.add("relock");
        return keys.relock(tenant, reader, message, password);
    }

    @Override
    public Owner own(TenantId tenant, ReadingKey reader) throws NotSignedInException {
        calls.add("own");
        return keys.own(tenant, reader);
    }

    @Override
    public void destroy(TenantId tenant, MessageId message, Set<MailboxId> mailboxes) {
        calls.add("destroy");
        keys.destroy(tenant, message, mailboxes);
    }

    @Override
    public void end(TenantId tenant, ReadingKey reader) {
        calls.add("end");
        keys.end(tenant, reader);
    }
}
