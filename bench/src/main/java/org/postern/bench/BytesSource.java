package org.postern.bench;

import java.nio.ByteBuffer;
import org.postern.crypto.SealedSource;

/// A stored object in memory, so that no disk is measured.
final class BytesSource implements SealedSource {

    private final byte[] bytes;

    BytesSource(byte[] bytes) {
        this.bytes = bytes;
    }

    @Override
    public long size() {
        return bytes.length;
    }

    @Override
    public int read(long position, ByteBuffer into) {
        if (position >= bytes.length) {
            return -1;
        }
        int count = (int) Math.min(into.remaining(), bytes.length - position);
        into.put(bytes, (int) position, count);
        return count;
    }

    @Override
    public void close() {}
}
