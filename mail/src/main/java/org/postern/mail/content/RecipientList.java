package org.postern.mail.content;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.List;
import java.util.UUID;
import org.postern.crypto.RecordKey;
import org.postern.crypto.sealed.Mac256;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.SealedRecord;
import org.postern.db.MailboxId;
import tools.jackson.databind.json.JsonMapper;

/// Whom a message went to, for its author: sealed under the key of his own summary, so that nobody
/// else sees who was on Bcc.
public record RecipientList(List<Recipient> recipients) {

    private static final byte[] PURPOSE = "postern recipients\0".getBytes(US_ASCII);
    private static final JsonMapper JSON = JsonMapper.shared();

    public RecipientList {
        recipients = List.copyOf(recipients);
    }

    /// One of them.
    public record Recipient(UUID mailbox, String address) {

        /// The mailbox's id.
        public MailboxId id() {
            return new MailboxId(mailbox);
        }

        @Override
        public String toString() {
            return "Recipient[" + mailbox + "]";
        }
    }

    /// Seals it for the author.
    ///
    /// @param headerHash of the message's sealed object
    public SealedRecord seal(RecordKey summaryKey, Mac256 headerHash, SecureRandom random) {
        return summaryKey.seal(JSON.writeValueAsBytes(this), context(headerHash), random);
    }

    /// Opens what [#seal] sealed.
    public static RecipientList open(RecordKey summaryKey, Mac256 headerHash, SealedRecord sealed)
            throws OpeningFailedException {
        return JSON.readValue(summaryKey.open(sealed, context(headerHash)), RecipientList.class);
    }

    private static byte[] context(Mac256 headerHash) {
        byte[] hash = headerHash.toBytes();
        return ByteBuffer.allocate(PURPOSE.length + hash.length).put(PURPOSE).put(hash).array();
    }

    @Override
    public String toString() {
        return "RecipientList[redacted]";
    }
}
