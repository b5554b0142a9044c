package org.postern.db;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.postern.crypto.InstanceCertificate;
import org.postern.crypto.sealed.Mac256;
import org.postern.crypto.sealed.ObjectHeader;
import org.postern.crypto.sealed.ObjectType;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.PublicKey32;
import org.postern.crypto.sealed.SealedRecord;
import org.postern.crypto.sealed.Signature64;
import org.postern.crypto.sealed.Slot;
import org.postern.crypto.sealed.SpoolSlot;

/// Values of the right form with nothing inside: a store cannot tell, since it opens none.
public final class TestValues {

    /// What the clocks of the tests show at first.
    public static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private static final SecureRandom RANDOM = new SecureRandom();

    private TestValues() {}

    public static TenantId tenant() {
        return new TenantId(UUID.randomUUID());
    }

    public static MessageId message() {
        return new MessageId(UUID.randomUUID());
    }

    public static MailboxId mailbox() {
        return new MailboxId(UUID.randomUUID());
    }

    public static ThreadId thread() {
        return new ThreadId(UUID.randomUUID());
    }

    public static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        RANDOM.nextBytes(bytes);
        return bytes;
    }

    public static ObjectHeader header(TenantId tenant, UUID object) {
        return new ObjectHeader(ObjectType.RAW_MAIL, tenant.value(), object, NOW, "door-1", 0);
    }

    public static InstanceCertificate certificate() {
        try {
            return new InstanceCertificate(
                    "door-1",
                    PublicKey32.of(bytes(32)),
                    NOW.minus(Duration.ofDays(1)),
                    NOW.plus(Duration.ofDays(13)),
                    signature());
        } catch (OpeningFailedException e) {
            throw new IllegalStateException(e);
        }
    }

    public static Signature64 signature() {
        try {
            return Signature64.of(bytes(64));
        } catch (OpeningFailedException e) {
            throw new IllegalStateException(e);
        }
    }

    public static SpoolSlot spoolSlot() {
        try {
            return SpoolSlot.of(bytes(8 + SpoolSlot.ENC_BYTES + 48));
        } catch (OpeningFailedException e) {
            throw new IllegalStateException(e);
        }
    }

    public static SealedRecord record() {
        byte[] bytes = bytes(100);
        bytes[0] = SealedRecord.FORMAT;
        try {
            return SealedRecord.of(bytes);
        } catch (OpeningFailedException e) {
            throw new IllegalStateException(e);
        }
    }

    public static Slot slot() {
        byte[] bytes = bytes(64);
        bytes[0] = 0;
        bytes[3] = 1;
        try {
            return Slot.of(bytes);
        } catch (OpeningFailedException e) {
            throw new IllegalStateException(e);
        }
    }

    public static Mac256 mac() {
        return Mac256.sha256(bytes(32));
    }
}
