package org.postern.db.blob;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.postern.crypto.SealedSource;
import org.postern.db.MessageId;
import org.postern.db.TenantId;

/// Objects as files: `tenant/xx/object-id`, where `xx` are the last two digits of the id, which are
/// random. Only the owner of the process may read them, sealed as they are.
public final class FileBlobStore implements BlobStore {

    private static final int COPY_BUFFER_BYTES = 256 * 1024;
    private static final String HALF = ".half";
    private static final FileAttribute<?> OWNERS_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final FileAttribute<?> OWNERS_FOLDER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final Path root;
    private final Disk disk;
    private final Set<Path> forced = ConcurrentHashMap.newKeySet();
    private final Set<Path> writing = ConcurrentHashMap.newKeySet();

    /// Keeps objects below `root`, which must exist.
    public FileBlobStore(Path root) {
        this(root, Disk.REAL);
    }

    FileBlobStore(Path root, Disk disk) {
        this.root = root;
        this.disk = disk;
    }

    @Override
    public void putIfAbsent(TenantId tenant, MessageId id, ReadableByteChannel object)
            throws IOException {
        Path target = path(tenant, id);
        Path directory = createForced(target);
        if (Files.exists(target)) {
            // Whoever put it may have died before the directory was forced; then its file is on
            // disk and its name is not.
            force(directory);
            return;
        }
        removeAbandonedHalves(directory, id);
        Path half = directory.resolve(id + "." + UUID.randomUUID() + HALF);
        writing.add(half);
        try (FileChannel file = FileChannel.open(half, Set.of(CREATE_NEW, WRITE), OWNERS_FILE)) {
            // Held to the end: by it other processes know that somebody is still at work here.
            file.lock();
            copy(object, file);
            disk.force(half, file);
            // Two writers of one id write the same sealed bytes, so it does not matter whose rename
            // comes last.
            Files.move(half, target, StandardCopyOption.ATOMIC_MOVE);
            forceName(directory, target);
        } finally {
            Files.deleteIfExists(half);
            writing.remove(half);
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
            force(ofTenant);
            force(root);
            forced.add(directory);
        }
        return directory;
    }

    private static void createDirectory(Path directory) throws IOException {
        try {
            Files.createDirectory(directory, OWNERS_FOLDER);
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

    /// A failed force is never tried again: the kernel may have thrown the name away and would say
    /// yes. So the object goes, and whoever puts it next writes it anew.
    private void forceName(Path directory, Path target) throws IOException {
        try {
            force(directory);
        } catch (IOException e) {
            Files.deleteIfExists(target);
            throw e;
        }
    }

    private void force(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, READ)) {
            disk.force(directory, channel);
        }
    }

    /// What a killed writer of this object left: hand-over comes back with the same id.
    private void removeAbandonedHalves(Path directory, MessageId id) throws IOException {
        try (DirectoryStream<Path> halves = Files.newDirectoryStream(directory, id + ".*" + HALF)) {
            for (Path half : halves) {
                // Ours are not looked into: closing a file gives up this process's lock on it.
                if (!writing.contains(half) && isAbandoned(half)) {
                    Files.deleteIfExists(half);
                }
            }
        }
    }

    private static boolean isAbandoned(Path half) throws IOException {
        try (FileChannel file = FileChannel.open(half, WRITE)) {
            return file.tryLock() != null;
        } catch (OverlappingFileLockException | NoSuchFileException e) {
            return false; // another store's in this process, or one that has just finished
        }
    }

    /// Where bytes become durable; tests stand in for one that fails.
    @FunctionalInterface
    interface Disk {
        Disk REAL = (_, channel) -> channel.force(true);

        void force(Path what, FileChannel channel) throws IOException;
    }
}
