package org.postern.crypto;

import java.io.IOException;
import java.io.OutputStream;
import java.security.SecureRandom;
import org.postern.crypto.sealed.ObjectHeader;
import org.postern.crypto.sealed.ObjectPreamble;
import org.postern.crypto.sealed.ObjectType;
import org.postern.crypto.sealed.SealedBytes;
import org.postern.crypto.sealed.Signature64;
import org.postern.crypto.sealed.SpoolSlot;
import org.postern.crypto.sealed.WrappedKey;

/// Makes sealed objects and opens none: the door's half of docs/format.md. Safe for use by many
/// threads.
public final class Sealer {

    private final SigningKey instanceKey;
    private final SpoolSealer spoolSealer;
    private final SecureRandom random;

    public Sealer(SigningKey instanceKey, SpoolSealer spoolSealer, SecureRandom random) {
        this.instanceKey = instanceKey;
        this.spoolSealer = spoolSealer;
        this.random = random;
    }

    /// Begins an object under a fresh data key, which is sealed to the spool.
    public SealingStream begin(ObjectHeader header, OutputStream out) throws IOException {
        DataKey dataKey = DataKey.generate(random);
        SpoolSlot slot = spoolSealer.seal(dataKey, header);
        return new SealingStream(prepare(header, dataKey, slot, out), slot, out);
    }

    /// Begins a draft's part under a fresh data key, which is wrapped under its writer's own key.
    public DraftSealingStream beginDraft(
            ObjectHeader header, WrappingKey writersKey, OutputStream out) throws IOException {
        if (header.type() != ObjectType.DRAFT_PART) {
            throw new IllegalArgumentException(
                    "only a draft's part is sealed for its writer alone");
        }
        DataKey dataKey = DataKey.generate(random);
        WrappedKey slot = writersKey.wrap(dataKey, draftContext(header), random);
        return new DraftSealingStream(prepare(header, dataKey, slot, out), slot, out);
    }

    /// What the data key of a draft's part is wrapped with: docs/format.md, section 4.4.
    static byte[] draftContext(ObjectHeader header) {
        return Bytes.label("postern draft").add(header.hash()).toArray();
    }

    /// The seal stands before the body, so header, salt, commitment and slot are fixed here and
    /// written at once; all that can follow are the chunks of this data key.
    private BodyStream.Preparation prepare(
            ObjectHeader header, DataKey dataKey, SealedBytes slot, OutputStream out)
            throws IOException {
        byte[] headerHash = header.hash();
        byte[] salt = new byte[BodyCipher.SALT_BYTES];
        random.nextBytes(salt);
        byte[] context = BodyCipher.context(headerHash);
        BodyCipher cipher = BodyCipher.derive(dataKey.secret(), salt, context);
        var slotHash = Seals.hash(slot);
        Signature64 seal = Seals.make(instanceKey, headerHash, salt, cipher.commitment(), slotHash);
        byte[] preamble =
                new Bytes()
                        .add(header.encode())
                        .add(seal.toBytes())
                        .add(slotHash.toBytes())
                        .add(salt)
                        .add(cipher.commitment())
                        .toArray();
        out.write(preamble);
        return new BodyStream.Preparation(
                dataKey, Bytes.sealed(ObjectPreamble::of, preamble), cipher, 0);
    }
}
