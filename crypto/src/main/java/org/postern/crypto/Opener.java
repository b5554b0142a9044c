package org.postern.crypto;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.UUID;
import org.postern.crypto.sealed.ObjectHeader;
import org.postern.crypto.sealed.ObjectPreamble;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.PublicKey32;
import org.postern.crypto.sealed.SpoolSlot;
import org.postern.crypto.sealed.WrappedKey;

/// Opens stored objects: the reader's half of docs/format.md, with every refusal of its section 7.
public final class Opener {

    private Opener() {}

    /// The header as it stands there; nothing is proved by it yet.
    public static ObjectHeader header(SealedSource source)
            throws IOException, OpeningFailedException {
        return preamble(source).header();
    }

    /// The bytes before the first chunk as they stand there; [Seals] checks them.
    public static ObjectPreamble preamble(SealedSource source)
            throws IOException, OpeningFailedException {
        long size = Math.min(source.size(), ObjectPreamble.LONGEST_BYTES);
        byte[] start = new byte[(int) size];
        readFully(source, 0, start, start.length);
        return ObjectPreamble.atStartOf(start);
    }

    /// Opens the object that is `object` of `tenant` and was made by the owner of `instanceKey`.
    ///
    /// Seal, commitment and length are checked before this returns; each chunk is when it is read.
    /// The content closes the source. If opening fails the source stays the caller's.
    public static Content open(
            SealedSource source, UUID tenant, UUID object, DataKey key, PublicKey32 instanceKey)
            throws IOException, OpeningFailedException {
        ObjectPreamble preamble = preamble(source);
        ObjectHeader header = preamble.header();
        if (!header.tenant().equals(tenant) || !header.object().equals(object)) {
            throw new OpeningFailedException();
        }
        Seals.verify(preamble, instanceKey);
        byte[] context = BodyCipher.context(header.hash());
        BodyCipher cipher = BodyCipher.derive(key.secret(), preamble.salt(), context);
        cipher.requireCommitment(preamble.commitment());
        return Content.open(source, header, preamble.size(), cipher);
    }

    /// As the other, and checks that `slot` is the one with which the object was made.
    public static Content open(
            SealedSource source,
            UUID tenant,
            UUID object,
            DataKey key,
            PublicKey32 instanceKey,
            SpoolSlot slot)
            throws IOException, OpeningFailedException {
        if (!preamble(source).slotHash().equals(Seals.hash(slot))) {
            throw new OpeningFailedException();
        }
        return open(source, tenant, object, key, instanceKey);
    }

    /// The data key of a draft's part, by its writer's own key.
    public static DataKey draftKey(WrappedKey slot, WrappingKey writersKey, ObjectHeader header)
            throws OpeningFailedException {
        return writersKey.unwrapDataKey(slot, Sealer.draftContext(header));
    }

    /// A source that ends before the size it stated has been damaged, and that is all to be said.
    static void readFully(SealedSource source, long position, byte[] into, int length)
            throws IOException, OpeningFailedException {
        ByteBuffer buffer = ByteBuffer.wrap(into, 0, length);
        while (buffer.hasRemaining()) {
            if (source.read(position + buffer.position(), buffer) < 0) {
                Arrays.fill(into, (byte) 0);
                throw new OpeningFailedException();
            }
        }
    }
}
