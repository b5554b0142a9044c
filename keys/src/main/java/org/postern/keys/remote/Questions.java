package org.postern.keys.remote;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.postern.crypto.InstanceCertificate;
import org.postern.crypto.RecordKey;
import org.postern.crypto.sealed.Mac256;
import org.postern.crypto.sealed.ObjectPreamble;
import org.postern.crypto.sealed.PublicKey32;
import org.postern.crypto.sealed.SealedRecord;
import org.postern.crypto.sealed.Slot;
import org.postern.crypto.sealed.SpoolSlot;
import org.postern.db.EmailAddress;
import org.postern.db.MailboxId;
import org.postern.db.MessageId;
import org.postern.db.MessagePassword;
import org.postern.db.PhoneNumber;
import org.postern.db.TenantId;
import org.postern.keys.Altered;
import org.postern.keys.KeyService.Assertion;
import org.postern.keys.KeyService.Dates;
import org.postern.keys.KeyService.ObjectName;
import org.postern.keys.KeyService.PinRequest;
import org.postern.keys.KeyService.ReadingKey;
import org.postern.keys.KeyService.Redeemed;
import org.postern.keys.KeyService.SecondStepDue;
import org.postern.keys.KeyService.Visitor;
import org.postern.keys.SignInSettings.NewPasskey;

/// What is asked, one record for each call that has arguments, and the answers that are no types of
/// the interfaces.
final class Questions {

    private Questions() {}

    record Admit(
            ObjectPreamble object,
            InstanceCertificate certificate,
            SpoolSlot slot,
            SealedRecord envelope) {}

    record Destroy(TenantId tenant, MessageId message, Set<MailboxId> mailboxes) {}

    record Expire(TenantId tenant, MessageId message, Set<MailboxId> mailboxes, Dates dates) {}

    record ExpireOwn(
            TenantId tenant,
            ReadingKey author,
            MessageId message,
            Set<MailboxId> mailboxes,
            Dates dates) {}

    record Erase(TenantId tenant, EmailAddress address) {

        @Override
        public String toString() {
            return "Erase[redacted]";
        }
    }

    enum Kind {
        LINK,
        CODE,
        SECOND_STEP,
        PASSKEY
    }

    /// @param secret empty for a passkey
    /// @param remember of a second step alone
    /// @param assertion of a passkey alone
    record Redeem(
            TenantId tenant,
            Kind kind,
            String secret,
            boolean remember,
            Optional<Assertion> assertion,
            Mac256 browserMac,
            Visitor visitor) {

        @Override
        public String toString() {
            return "Redeem[redacted]";
        }
    }

    record Summaries(TenantId tenant, ReadingKey reader, Set<ObjectName> page) {}

    record SummaryKey(MessageId message, RecordKey key) {}

    record SummaryKeys(Set<SummaryKey> keys) {}

    record Open(TenantId tenant, ReadingKey reader, ObjectName object, Slot slot) {}

    /// For `lock` and `ask-pin`.
    record Locked(TenantId tenant, ReadingKey reader, MessageId message) {}

    record Unlock(TenantId tenant, ReadingKey reader, MessageId message, String password) {

        @Override
        public String toString() {
            return "Unlock[redacted]";
        }
    }

    record Relock(
            TenantId tenant, ReadingKey reader, MessageId message, MessagePassword password) {}

    record IssuePin(TenantId tenant, PinRequest request) {}

    record SetPhone(TenantId tenant, ReadingKey reader, MessageId message, PhoneNumber phone) {}

    /// What came of it: one of both.
    record Answered(Optional<Redeemed> redeemed, Optional<SecondStepDue> due) {}

    record PasskeyChallenge(TenantId tenant, Mac256 browserMac) {}

    /// The answer to it.
    record Challenge(String challenge) {}

    record AddPasskey(TenantId tenant, ReadingKey reader, NewPasskey passkey) {}

    /// For turning the second step on and off.
    record WithCode(TenantId tenant, ReadingKey reader, String code) {

        @Override
        public String toString() {
            return "WithCode[redacted]";
        }
    }

    /// About one row of a reader's settings.
    record OfReader(TenantId tenant, ReadingKey reader, UUID id) {}

    /// How many there were.
    record Count(int count) {}

    /// Whether something was done.
    record Done(boolean done) {}

    /// For `own`, `end` and what is asked of all of a reader's settings.
    record Reader(TenantId tenant, ReadingKey reader) {}

    /// For `create-tenant`, `end-tenant`, `lend` and `audited`.
    record Tenant(TenantId tenant) {}

    record Certify(String instance, PublicKey32 key, Instant notAfter) {}

    record Report(String instance, long oldestSpoolKey) {}

    record Sign(String purpose, Document document) {}

    record Tenants(List<org.postern.db.store.Tenant> all) {}

    record Announce(
            Optional<org.postern.db.store.Tenant> before, org.postern.db.store.Tenant after) {}

    record Accept(TenantId tenant, Optional<org.postern.db.store.Tenant> now) {}

    record AlteredTenants(List<Altered> all) {}

    record Checkpoint(TenantId tenant, long size, List<Mac256> leaves) {}

    /// What is to be signed.
    static final class Document {
        private final byte[] bytes;

        Document(byte[] bytes) {
            this.bytes = bytes.clone();
        }

        byte[] bytes() {
            return bytes.clone();
        }
    }

    /// For calls without arguments.
    record Nothing() {}
}
