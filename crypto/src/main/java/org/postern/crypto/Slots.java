package org.postern.crypto;

import java.security.SecureRandom;
import java.util.Arrays;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.Slot;

/// Seals data keys for mailboxes and opens them again: docs/format.md, section 4.3.
///
/// Every key here needs both the mailbox key and the shred secret of this one slot; without either
/// there is nothing to open.
public final class Slots {

    private Slots() {}

    public static Slot seal(
            DataKey dataKey,
            WrappingKey mailboxKey,
            ShredSecret shredSecret,
            SlotName name,
            SecureRandom random) {
        byte[] key = derive("postern slot", mailboxKey, shredSecret, name);
        byte[] nonce = new byte[AesGcm.NONCE_BYTES];
        random.nextBytes(nonce);
        byte[] sealed = AesGcm.seal(key, nonce, name.headerHash().toBytes(), dataKey.secret());
        byte[] slot = new Bytes().addU32(mailboxKey.version()).add(nonce).add(sealed).toArray();
        return Bytes.sealed(Slot::of, slot);
    }

    public static DataKey open(
            Slot slot, WrappingKey mailboxKey, ShredSecret shredSecret, SlotName name)
            throws OpeningFailedException {
        if (slot.version() != mailboxKey.version()) {
            throw new OpeningFailedException();
        }
        byte[] key = derive("postern slot", mailboxKey, shredSecret, name);
        byte[] bytes = slot.toBytes();
        int start = 4 + AesGcm.NONCE_BYTES;
        byte[] nonce = Arrays.copyOfRange(bytes, 4, start);
        return DataKey.of(AesGcm.open(key, nonce, name.headerHash().toBytes(), bytes, start));
    }

    /// Seals the summary (subject, names, preview, file names) that stands beside the slot.
    public static RecordKey summaryKey(
            WrappingKey mailboxKey, ShredSecret shredSecret, SlotName name) {
        return RecordKey.of(derive("postern summary", mailboxKey, shredSecret, name));
    }

    /// Seals the search set that stands beside the slot.
    public static RecordKey searchKey(
            WrappingKey mailboxKey, ShredSecret shredSecret, SlotName name) {
        return RecordKey.of(derive("postern search", mailboxKey, shredSecret, name));
    }

    private static byte[] derive(
            String label, WrappingKey mailboxKey, ShredSecret shredSecret, SlotName name) {
        byte[] info =
                Bytes.label(label)
                        .add(name.tenant())
                        .add(name.object())
                        .add(name.mailbox())
                        .addU32(mailboxKey.version())
                        .toArray();
        return Hkdf.derive(mailboxKey.secret(), shredSecret.secret(), info, Secret.BYTES);
    }
}
