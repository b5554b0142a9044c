package org.postern.bench;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.UUID;
import org.postern.crypto.Sealer;
import org.postern.crypto.SigningKey;
import org.postern.crypto.SpoolKeyPair;
import org.postern.crypto.SpoolSealer;
import org.postern.crypto.sealed.ObjectHeader;
import org.postern.crypto.sealed.ObjectType;
import org.postern.crypto.sealed.UuidV7;

/// A door to seal at and the keys behind it, with the real clock and real chance.
final class DoorScene {

    final SecureRandom random = new SecureRandom();
    final Clock clock = Clock.systemUTC();
    final UUID tenant;
    final SpoolKeyPair spoolKey;
    final SigningKey instanceKey;
    final SpoolSealer spoolSealer;
    final Sealer sealer;
    private final UuidV7 ids;

    DoorScene() {
        ids = new UuidV7(clock, random);
        tenant = ids.next();
        spoolKey = SpoolKeyPair.generate(1, random);
        instanceKey = SigningKey.generate(random);
        spoolSealer = new SpoolSealer(spoolKey.publicKey(), clock, random);
        sealer = new Sealer(instanceKey, spoolSealer, random);
    }

    /// The header of another message.
    ObjectHeader header() {
        return new ObjectHeader(
                ObjectType.RAW_MAIL, tenant, ids.next(), clock.instant(), "bench", 0);
    }

    UUID id() {
        return ids.next();
    }
}
