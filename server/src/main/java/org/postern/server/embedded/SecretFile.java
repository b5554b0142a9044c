package org.postern.server.embedded;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Objects;

/// A file with one random secret in it that only its owner may read.
public final class SecretFile {

    /// 256 bits, the strength of everything else here.
    private static final int SECRET_BYTES = 32;

    private SecretFile() {}

    /// The secret in `file`; a new one, written first, when there is no such file. The text has
    /// only letters, digits, `-` and `_`, so it can stand in a configuration file or an SQL literal
    /// as it is.
    public static String readOrCreate(Path file, SecureRandom random) throws IOException {
        if (!Files.exists(file)) {
            return create(file, random);
        }
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return Files.readString(file, US_ASCII).strip();
    }

    /// A new secret in `file`, in place of one that may be there.
    static String create(Path file, SecureRandom random) throws IOException {
        var secret = new byte[SECRET_BYTES];
        random.nextBytes(secret);
        String text = Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
        write(file, text + "\n");
        return text;
    }

    /// Replaces `file` as a whole: whoever reads it, also after a power cut, sees the old text or
    /// the new one.
    public static void write(Path file, String text) throws IOException {
        Path written = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(written);
        var options = EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        var onlyOwner =
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        try (var channel = FileChannel.open(written, options, onlyOwner)) {
            ByteBuffer bytes = US_ASCII.encode(text);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
        forceFolder(Objects.requireNonNull(file.toAbsolutePath().getParent()));
    }

    /// A rename is on disk only when its folder is.
    static void forceFolder(Path folder) throws IOException {
        try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
