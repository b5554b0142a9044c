package org.postern.db.blob;

import java.io.IOException;
import java.nio.channels.ReadableByteChannel;
import java.util.Optional;
import org.postern.crypto.SealedSource;
import org.postern.db.MessageId;
import org.postern.db.TenantId;

/// Keeps sealed objects by their id. An object is put once and never changes. Safe for use by
/// several threads and processes.
public interface BlobStore {

    /// Puts an object unless it is there already. Returning is the promise: the object is on disk.
    ///
    /// @throws IOException if it is not; what was written then is no object
    void putIfAbsent(TenantId tenant, MessageId id, ReadableByteChannel object) throws IOException;

    /// Whether the object is here.
    boolean contains(TenantId tenant, MessageId id) throws IOException;

    /// Opens an object for reading at any position, or says that there is none. The caller closes
    /// it.
    Optional<SealedSource> find(TenantId tenant, MessageId id) throws IOException;

    /// Removes an object; one that is not there stays not there.
    void delete(TenantId tenant, MessageId id) throws IOException;
}
