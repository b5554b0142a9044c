package org.postern.crypto;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.postern.crypto.sealed.Mac256;
import org.postern.crypto.sealed.ObjectHeader;
import org.postern.crypto.sealed.ObjectType;
import org.postern.crypto.sealed.PublicKey32;
import org.postern.crypto.sealed.Slot;
import org.postern.crypto.sealed.UuidV7;

/// One object with all its keys, sealed as the product does it, of which a vector then spoils
/// something.
final class VectorScene {

    static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");
    static final String INSTANCE = "intake-1";
    static final int SPOOL_KEY_ID = 47;

    private static final HexFormat HEX = HexFormat.of();

    final FixedRandom random;
    private final UuidV7 ids;
    private final byte[] content;
    private final SigningKey authority;
    final SpoolKeyPair spoolKey;
    final DataKey dataKey;

    ObjectHeader header;
    SigningKey instanceKey;

    /// What the vector's lines say; a vector that is to fail changes one of these.
    UUID expectedTenant;

    UUID expectedObject;
    byte[] stored;
    byte[] certificate;
    PublicKey32 authorityKey;
    byte[] spoolSeed;
    byte[] spoolSlot = {};
    WrappingKey draftKey;
    byte[] draftSlot = {};
    final List<Recipient> recipients = new ArrayList<>();

    /// One mailbox, its keys and its slot.
    static final class Recipient {
        UUID mailbox;
        WrappingKey mailboxKey;
        ShredSecret shredSecret;
        byte[] slot;

        Recipient(UUID mailbox, WrappingKey mailboxKey, ShredSecret shredSecret, byte[] slot) {
            this.mailbox = mailbox;
            this.mailboxKey = mailboxKey;
            this.shredSecret = shredSecret;
            this.slot = slot;
        }
    }

    VectorScene(String seed, ObjectType type, String instance, int length, int recipientCount)
            throws IOException {
        this(seed, type, instance, Door.content(length), recipientCount);
    }

    VectorScene(String seed, ObjectType type, String instance, byte[] content, int recipientCount)
            throws IOException {
        random = new FixedRandom("postern vector " + seed);
        Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
        ids = new UuidV7(clock, random);
        this.content = content;
        authority = SigningKey.generate(random);
        instanceKey = SigningKey.generate(random);
        spoolKey = SpoolKeyPair.generate(SPOOL_KEY_ID, random);
        spoolSeed = spoolKey.exportSecret();
        draftKey = WrappingKey.generate(random, 1);
        header = new ObjectHeader(type, ids.next(), ids.next(), NOW, instance, 0);
        expectedTenant = header.tenant();
        expectedObject = header.object();
        authorityKey = authority.publicKey();
        certificate = certify(NOW.minusSeconds(60), NOW.plusSeconds(14 * 86_400), instance);

        Sealer sealer =
                new Sealer(
                        instanceKey, new SpoolSealer(spoolKey.publicKey(), clock, random), random);
        var out = new ByteArrayOutputStream();
        if (type == ObjectType.DRAFT_PART) {
            DraftSealingStream stream = sealer.beginDraft(header, draftKey, out);
            stream.write(content);
            stream.finish();
            dataKey = stream.dataKey();
            draftSlot = stream.slot().toBytes();
        } else {
            SealingStream stream = sealer.begin(header, out);
            stream.write(content);
            stream.finish();
            dataKey = stream.dataKey();
            spoolSlot = stream.slot().toBytes();
        }
        stored = out.toByteArray();
        for (int i = 0; i < recipientCount; i++) {
            recipients.add(recipient(header));
        }
    }

    UUID newId() {
        return ids.next();
    }

    private Recipient recipient(ObjectHeader named) {
        UUID mailbox = ids.next();
        WrappingKey mailboxKey = WrappingKey.generate(random, 1);
        ShredSecret shredSecret = ShredSecret.generate(random);
        SlotName name = SlotName.of(named, mailbox);
        Slot slot = Slots.seal(dataKey, mailboxKey, shredSecret, name, random);
        return new Recipient(mailbox, mailboxKey, shredSecret, slot.toBytes());
    }

    byte[] certify(Instant notBefore, Instant notAfter, String instance) {
        return InstanceCertificate.issue(
                        authority, instance, instanceKey.publicKey(), notBefore, notAfter)
                .encode();
    }

    ObjectHeader laterHeader() {
        return new ObjectHeader(
                header.type(),
                header.tenant(),
                header.object(),
                header.created().plusSeconds(1),
                header.instance(),
                0);
    }

    /// The spool slot that the product would make for this data key and `of`.
    byte[] sealToSpool(ObjectHeader of) {
        Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
        return new SpoolSealer(spoolKey.publicKey(), clock, random).seal(dataKey, of).toBytes();
    }

    /// Puts header and slot hash as they are now before salt, commitment and chunks as they are
    /// now, and signs: what an instance in wrong hands could do.
    void sealAnew() {
        byte[] encoded = header.encode();
        int saltAt = encoded.length + 64 + 32;
        byte[] salt = Arrays.copyOfRange(stored, saltAt, saltAt + 24);
        byte[] commitment = Arrays.copyOfRange(stored, saltAt + 24, saltAt + 56);
        Mac256 slotHash = Mac256.sha256(draftSlot.length > 0 ? draftSlot : spoolSlot);
        byte[] seal = Seals.make(instanceKey, header.hash(), salt, commitment, slotHash).toBytes();
        stored =
                new Bytes()
                        .add(encoded)
                        .add(seal)
                        .add(slotHash.toBytes())
                        .add(Arrays.copyOfRange(stored, saltAt, stored.length))
                        .toArray();
    }

    VectorFile file(String expect, String comment) {
        var file =
                new VectorFile()
                        .with("expect", expect)
                        .with("comment", comment)
                        .with("tenant", expectedTenant.toString())
                        .with("object", expectedObject.toString())
                        .with("authority", HEX.formatHex(authorityKey.toBytes()))
                        .with("certificate", HEX.formatHex(certificate));
        if (draftSlot.length > 0) {
            file.with("draft key", keyLine(draftKey)).with("draft slot", HEX.formatHex(draftSlot));
        } else {
            file.with("spool key", SPOOL_KEY_ID + " " + HEX.formatHex(spoolSeed))
                    .with("spool slot", HEX.formatHex(spoolSlot));
        }
        for (Recipient recipient : recipients) {
            file.with(
                    "slot",
                    "%s %s %s %s"
                            .formatted(
                                    recipient.mailbox,
                                    keyLine(recipient.mailboxKey),
                                    HEX.formatHex(recipient.shredSecret.exportSecret()),
                                    HEX.formatHex(recipient.slot)));
        }
        String hash = HEX.formatHex(Mac256.sha256(content).toBytes());
        return file.with("content", content.length + " " + hash).with(stored);
    }

    private static String keyLine(WrappingKey key) {
        return key.version() + " " + HEX.formatHex(key.exportSecret());
    }
}
