package org.postern.crypto;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// A stored object in memory that remembers which ranges were read.
class BytesSource implements SealedSource {

    record Range(long from, int length) {}

    private final byte[] bytes;
    final List<Range> reads = new ArrayList<>();
    boolean closed;

    BytesSource(byte[] bytes) {
        this.bytes = bytes;
    }

    @Override
    public long size() {
        return bytes.length;
    }

    @Override
    public int read(long position, ByteBuffer into) throws IOException {
        int length = (int) Math.min(into.remaining(), bytes.length - position);
        if (length <= 0) {
            return -1;
        }
        reads.add(new Range(position, length));
        into.put(bytes, (int) position, length);
        return length;
    }

    @Override
    public void close() {
        closed = true;
    }
}
