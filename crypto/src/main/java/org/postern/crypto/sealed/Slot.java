package org.postern.crypto.sealed;

import java.nio.ByteBuffer;

/// An object's data key for one mailbox: docs/format.md, section 4.3.
///
/// `u32 mailbox key version | nonce (12) | sealed data key (48)`
public final class Slot extends SealedBytes {

    private static final int BYTES = 4 + 12 + 48;

    private Slot(byte[] bytes) {
        super(bytes);
    }

    public static Slot of(byte[] bytes) throws OpeningFailedException {
        requireLength(bytes, BYTES);
        WrappedKey.requireVersion(bytes);
        return new Slot(bytes);
    }

    /// The version of the mailbox key that opens this slot.
    public int version() {
        return ByteBuffer.wrap(raw()).getInt();
    }
}
