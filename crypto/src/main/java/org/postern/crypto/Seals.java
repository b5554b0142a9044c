package org.postern.crypto;

import org.postern.crypto.sealed.Mac256;
import org.postern.crypto.sealed.ObjectPreamble;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.PublicKey32;
import org.postern.crypto.sealed.SealedBytes;
import org.postern.crypto.sealed.Signature64;
import org.postern.crypto.sealed.SpoolSlot;

/// The seal: by it a reader knows which instance made an object (docs/format.md, section 3.2).
public final class Seals {

    private static final String PURPOSE = "postern seal";

    private Seals() {}

    /// Checks the seal of an object that has been admitted.
    public static void verify(ObjectPreamble preamble, PublicKey32 instanceKey)
            throws OpeningFailedException {
        byte[] signed =
                signed(
                        preamble.header().hash(),
                        preamble.salt(),
                        preamble.commitment(),
                        preamble.slotHash());
        SigningKey.verify(instanceKey, PURPOSE, signed, preamble.seal());
    }

    /// Checks an object at its admission: that `slot` is the one it was sealed with, and that the
    /// instance was certified by `authority` at the object's own time.
    public static void verify(
            ObjectPreamble preamble,
            SpoolSlot slot,
            InstanceCertificate certificate,
            Succession authority)
            throws OpeningFailedException {
        certificate.verify(authority, preamble.header());
        if (!preamble.slotHash().equals(hash(slot))) {
            throw new OpeningFailedException();
        }
        verify(preamble, certificate.key());
    }

    static Signature64 make(
            SigningKey instanceKey,
            byte[] headerHash,
            byte[] salt,
            byte[] commitment,
            Mac256 slotHash) {
        return instanceKey.sign(PURPOSE, signed(headerHash, salt, commitment, slotHash));
    }

    static Mac256 hash(SealedBytes slot) {
        return Mac256.sha256(slot.toBytes());
    }

    private static byte[] signed(
            byte[] headerHash, byte[] salt, byte[] commitment, Mac256 slotHash) {
        return new Bytes()
                .add(headerHash)
                .add(salt)
                .add(commitment)
                .add(slotHash.toBytes())
                .toArray();
    }
}
