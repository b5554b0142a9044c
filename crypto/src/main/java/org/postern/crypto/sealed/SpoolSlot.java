package org.postern.crypto.sealed;

import java.nio.ByteBuffer;

/// A data key sealed at the door to a spool key: docs/format.md, section 4.2.
///
/// `u64 spool key id | enc (1120) | sealed data key (48)`
public final class SpoolSlot extends SealedBytes {

    /// Of an X-Wing encapsulation (draft-connolly-cfrg-xwing-kem, section 5.3).
    public static final int ENC_BYTES = 1120;

    private static final int BYTES = 8 + ENC_BYTES + 48;

    private SpoolSlot(byte[] bytes) {
        super(bytes);
    }

    /// A reader MUST refuse another length before it decapsulates.
    public static SpoolSlot of(byte[] bytes) throws OpeningFailedException {
        requireLength(bytes, BYTES);
        return new SpoolSlot(bytes);
    }

    /// Which spool key opens this slot.
    public long spoolKeyId() {
        return ByteBuffer.wrap(raw()).getLong();
    }
}
