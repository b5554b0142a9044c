package org.postern.crypto;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/// A stored object that can be read from any place; many threads may read at once.
public interface SealedSource extends Closeable {

    /// How many bytes are stored.
    long size() throws IOException;

    /// Reads at least one byte at `position` unless it is the end, where it answers -1.
    int read(long position, ByteBuffer into) throws IOException;

    static SealedSource of(FileChannel file) {
        return new SealedSource() {
            @Override
            public long size() throws IOException {
                return file.size();
            }

            @Override
            public int read(long position, ByteBuffer into) throws IOException {
                return file.read(into, position);
            }

            @Override
            public void close() throws IOException {
                file.close();
            }
        };
    }
}
