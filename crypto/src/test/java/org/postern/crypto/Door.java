package org.postern.crypto;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.UUID;
import org.postern.crypto.sealed.ObjectHeader;
import org.postern.crypto.sealed.ObjectType;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.SpoolSlot;
import org.postern.crypto.sealed.UuidV7;

/// A door to seal at and the keys behind it, with chance and time that a test controls.
final class Door {

    final SettableClock clock = new SettableClock(Instant.parse("2026-11-23T10:00:00Z"));
    final SecureRandom random;
    final UuidV7 ids;
    final UUID tenant;
    final SpoolKeyPair spoolKey;
    final SigningKey instanceKey;
    final SpoolSealer spoolSealer;
    final Sealer sealer;

    Door(String seed) {
        random = new FixedRandom(seed);
        ids = new UuidV7(clock, random);
        tenant = ids.next();
        spoolKey = SpoolKeyPair.generate(7, random);
        instanceKey = SigningKey.generate(random);
        spoolSealer = new SpoolSealer(spoolKey.publicKey(), clock, random);
        sealer = new Sealer(instanceKey, spoolSealer, random);
    }

    /// An object as a store has it.
    static final class Stored {
        final ObjectHeader header;
        final byte[] bytes;
        final SpoolSlot slot;
        final DataKey dataKey;

        Stored(ObjectHeader header, byte[] bytes, SpoolSlot slot, DataKey dataKey) {
            this.header = header;
            this.bytes = bytes;
            this.slot = slot;
            this.dataKey = dataKey;
        }
    }

    ObjectHeader header(ObjectType type) {
        return new ObjectHeader(type, tenant, ids.next(), clock.instant(), "intake-1", 0);
    }

    Stored seal(byte[] content) {
        return seal(header(ObjectType.RAW_MAIL), content);
    }

    Stored seal(ObjectHeader header, byte[] content) {
        var stored = new ByteArrayOutputStream();
        try (SealingStream stream = sealer.begin(header, stored)) {
            stream.write(content);
            stream.finish();
            return new Stored(header, stored.toByteArray(), stream.slot(), stream.dataKey());
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    Content open(Stored stored, SealedSource source) throws IOException, OpeningFailedException {
        return Opener.open(
                source,
                stored.header.tenant(),
                stored.header.object(),
                stored.dataKey,
                instanceKey.publicKey());
    }

    static byte[] content(int length) {
        byte[] content = new byte[length];
        for (int i = 0; i < length; i++) {
            content[i] = (byte) (i * 7 + i / 251);
        }
        return content;
    }
}
