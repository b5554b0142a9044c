package org.postern.keys.ledger;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/// What a wrapped key is bound to, so that none can stand in another's row: docs/format.md, section
/// 4.4.
final class KeyContext {

    private KeyContext() {}

    static byte[] of(String purpose, UUID... ids) {
        byte[] name = purpose.getBytes(StandardCharsets.US_ASCII);
        ByteBuffer bytes =
                ByteBuffer.allocate(name.length + 1 + 16 * ids.length).put(name).put((byte) 0);
        for (UUID id : ids) {
            bytes.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
        }
        return bytes.array();
    }
}
