package org.postern.portal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.postern.crypto.SealedSource;
import org.postern.db.MessageId;
import org.postern.db.TenantId;
import org.postern.db.blob.BlobStore;

/// The real blob store, and how many bytes were read of it.
public final class CountingBlobs implements BlobStore {

    private final BlobStore store;
    private final AtomicLong bytes = new AtomicLong();

    CountingBlobs(BlobStore store) {
        this.store = store;
    }

    /// How many bytes were read since the portal was started.
    public long bytes() {
        return bytes.get();
    }

    @Override
    public void putIfAbsent(TenantId tenant, MessageId id, ReadableByteChannel object)
            throws IOException {
        store.putIfAbsent(tenant, id, object);
    }

    @Override
    public boolean contains(TenantId tenant, MessageId id) throws IOException {
        return store.contains(tenant, id);
    }

    @Override
    public Optional<SealedSource> find(TenantId tenant, MessageId id) throws IOException {
        return store.find(tenant, id).map(Counted::new);
    }

    @Override
    public void delete(TenantId tenant, MessageId id) throws IOException {
        store.delete(tenant, id);
    }

    private final class Counted implements SealedSource {

        private final SealedSource source;

        Counted(SealedSource source) {
            this.source = source;
        }

        @Override
        public long size() throws IOException {
            return source.size();
        }

        @Override
        public int read(long position, ByteBuffer into) throws IOException {
            int read = source.read(position, into);
            bytes.addAndGet(Math.max(read, 0));
            return read;
        }

        @Override
        public void close() throws IOException {
            source.close();
        }
    }
}
