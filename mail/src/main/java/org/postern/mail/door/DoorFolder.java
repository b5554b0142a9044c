package org.postern.mail.door;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/// A door's few small files, each replaced whole: after a crash the old one or the new one is
/// there.
final class DoorFolder {

    private final Path folder;

    DoorFolder(Path folder) {
        this.folder = folder;
    }

    Optional<byte[]> read(String name) throws IOException {
        try {
            return Optional.of(Files.readAllBytes(folder.resolve(name)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /// Returning means the file is on disk, readable by its owner alone.
    void write(String name, byte[] bytes) throws IOException {
        Path half =
                Files.createTempFile(
                        folder,
                        name,
                        ".half",
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")));
        try (FileChannel file = FileChannel.open(half, WRITE)) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                file.write(buffer);
            }
            file.force(true);
        }
        Files.move(half, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel directory = FileChannel.open(folder, READ)) {
            directory.force(true);
        }
    }
}
