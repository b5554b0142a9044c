package org.postern.db.blob;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.postern.crypto.SealedSource;
import org.postern.db.MessageId;
import org.postern.db.TenantId;

/// Objects as files: `tenant/xx/object-id`, where `xx` are the last two digits of the id, which are
/// random.
public final class FileBlobStore implements BlobStore {

    private static final int COPY_BUFFER_BYTES = 256 * 1024;

    private final Path root;
    private final Set<Path> forced = ConcurrentHashMap.newKeySet();

    /// Keeps objects below `root`, which must exist.
    public FileBlobStore(Path root) {
        this.root = root;
    }

    @Override
    public void putIfAbsent(TenantId tenant, MessageId id, ReadableByteChannel object)
            throws IOException {
        Path target = path(tenant, id);
        Path directory = createForced(target);
        if (Files.exists(target)) {
            // Whoever put it may have died before the directory was forced; then its file is on
            // disk and its name is not.
            forceDirectory(directory);
            return;
        }
        Path half = directory.resolve(id + "." + UUID.randomUUID() + ".half");
        try {
            try (FileChannel file = FileChannel.open(half, CREATE_NEW, WRITE)) {
                copy(object, file);
                file.force(true);
            }
            // Two writers of one id write the same sealed bytes, so it does not matter whose rename
            // comes last.
            Files.move(half, target, StandardCopyOption.ATOMIC_MOVE);
            forceDirectory(directory);
        } finally {
            Files.deleteIfExists(half);
        }
    }

    @Override
    public boolean contains(TenantId tenant, MessageId id) {
        return Files.exists(path(tenant, id));
    }

    @Override
    public Optional<SealedSource> find(TenantId tenant, MessageId id) throws IOException {
        try {
            return Optional.of(SealedSource.of(FileChannel.open(path(tenant, id), READ)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    @Override
    public void delete(TenantId tenant, MessageId id) throws IOException {
        Files.deleteIfExists(path(tenant, id));
    }

    private Path path(TenantId tenant, MessageId id) {
        String name = id.toString();
        return root.resolve(tenant.toString())
                .resolve(name.substring(name.length() - 2))
                .resolve(name);
    }

    private Path createForced(Path target) throws IOException {
        Path directory = requireNonNull(target.getParent());
        // Once per process even if it exists: whoever made it may have died before it was forced.
        if (!forced.contains(directory)) {
            Path ofTenant = requireNonNull(directory.getParent());
            // Never the root itself: where it is missing, its disk is.
            createDirectory(ofTenant);
            createDirectory(directory);
            forceDirectory(ofTenant);
            forceDirectory(root);
            forced.add(directory);
        }
        return directory;
    }

    private static void createDirectory(Path directory) throws IOException {
        try {
            Files.createDirectory(directory);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(directory)) {
                throw e;
            }
        }
    }

    private static void copy(ReadableByteChannel from, FileChannel to) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(COPY_BUFFER_BYTES);
        while (from.read(buffer) >= 0) {
            buffer.flip();
            while (buffer.hasRemaining()) {
                to.write(buffer);
            }
            buffer.clear();
        }
    }

    private static void forceDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, READ)) {
            channel.force(true);
        }
    }
}
