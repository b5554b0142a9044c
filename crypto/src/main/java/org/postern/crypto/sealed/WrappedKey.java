package org.postern.crypto.sealed;

import java.nio.ByteBuffer;

/// One key wrapped under another: docs/format.md, section 4.4.
///
/// `u32 version of the wrapping key | nonce (12) | sealed key (48)`
public final class WrappedKey extends SealedBytes {

    private static final int BYTES = 4 + 12 + 48;

    private WrappedKey(byte[] bytes) {
        super(bytes);
    }

    public static WrappedKey of(byte[] bytes) throws OpeningFailedException {
        requireLength(bytes, BYTES);
        requireVersion(bytes);
        return new WrappedKey(bytes);
    }

    /// The version of the key that unwraps this one.
    public int version() {
        return ByteBuffer.wrap(raw()).getInt();
    }

    /// Versions count from 1 and fit a signed integer, so that no store can mistake them.
    static void requireVersion(byte[] bytes) throws OpeningFailedException {
        if (ByteBuffer.wrap(bytes).getInt() < 1) {
            throw new OpeningFailedException();
        }
    }
}
