package org.postern.keys.remote;

import java.time.Instant;
import java.util.List;
import java.util.Set;
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
import org.postern.db.TenantId;
import org.postern.keys.KeyService.Dates;
import org.postern.keys.KeyService.ObjectName;
import org.postern.keys.KeyService.ReadingKey;

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
        CODE
    }

    record Redeem(TenantId tenant, Kind kind, String secret, Mac256 browserMac) {

        @Override
        public String toString() {
            return "Redeem[redacted]";
        }
    }

    record Summaries(TenantId tenant, ReadingKey reader, Set<ObjectName> page) {}

    record SummaryKey(MessageId message, RecordKey key) {}

    record SummaryKeys(Set<SummaryKey> keys) {}

    record Open(TenantId tenant, ReadingKey reader, ObjectName object, Slot slot) {}

    record Locked(TenantId tenant, ReadingKey reader, MessageId message) {}

    record Unlock(TenantId tenant, ReadingKey reader, MessageId message, String password) {

        @Override
        public String toString() {
            return "Unlock[redacted]";
        }
    }

    record Relock(
            TenantId tenant, ReadingKey reader, MessageId message, MessagePassword password) {}

    /// Whether something was done.
    record Done(boolean done) {}

    /// For `own` and `end`.
    record Reader(TenantId tenant, ReadingKey reader) {}

    /// For `create-tenant`, `end-tenant`, `lend` and `audited`.
    record Tenant(TenantId tenant) {}

    record Certify(String instance, PublicKey32 key, Instant notAfter) {}

    record Report(String instance, long oldestSpoolKey) {}

    record Sign(String purpose, Document document) {}

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
