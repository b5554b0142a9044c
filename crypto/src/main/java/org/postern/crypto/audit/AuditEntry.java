package org.postern.crypto.audit;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import org.postern.crypto.sealed.Mac256;

/// One audit event at its place in a tenant's chain (docs/format.md, section 11.1).
///
/// @param sequence its place, counted from 0
/// @param happenedAt to the microsecond, as the database keeps it
/// @param kind one of our own words
/// @param mailbox whose it was, if anybody's
/// @param object what it was about, if anything
public record AuditEntry(
        UUID tenant,
        long sequence,
        UUID event,
        Instant happenedAt,
        String kind,
        Optional<UUID> mailbox,
        Optional<UUID> object) {

    private static final byte[] MAGIC = "PSTA".getBytes(US_ASCII);
    private static final byte FORMAT = 1;
    private static final int MAILBOX = 1;
    private static final int OBJECT = 2;

    /// The one encoding there is. The place is part of it, so that an event that was moved is not
    /// the same entry.
    public byte[] encode() {
        byte[] word = kind.getBytes(UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(MAGIC.length + 1 + 2 * 8 + 4 * 16 + 3 + word.length);
        bytes.put(MAGIC).put(FORMAT);
        put(bytes, tenant);
        bytes.putLong(sequence);
        put(bytes, event);
        bytes.putLong(ChronoUnit.MICROS.between(Instant.EPOCH, happenedAt));
        bytes.putShort((short) word.length).put(word);
        bytes.put((byte) ((mailbox.isPresent() ? MAILBOX : 0) | (object.isPresent() ? OBJECT : 0)));
        mailbox.ifPresent(id -> put(bytes, id));
        object.ifPresent(id -> put(bytes, id));
        byte[] encoded = new byte[bytes.position()];
        bytes.flip().get(encoded);
        return encoded;
    }

    /// What stands for the event in the tree.
    public Mac256 leafHash() {
        return MerkleTree.leafHash(encode());
    }

    private static void put(ByteBuffer bytes, UUID id) {
        bytes.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
    }
}
