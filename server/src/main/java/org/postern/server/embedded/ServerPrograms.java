package org.postern.server.embedded;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/// Unpacks the server programs from the class path into `DATA/bin`, once for each build of them: a
/// folder's name tells which archive was unpacked into it.
final class ServerPrograms {

    private final Path bin;
    private final Platform platform;

    ServerPrograms(Path bin, Platform platform) {
        this.bin = bin;
        this.platform = platform;
    }

    /// The folder with `bin/postgres`, `bin/initdb` and `bin/pg_ctl`.
    Path postgres() throws StartRefusedException {
        return unpacked("postgres", platform.postgresArchive(), ServerPrograms::untar);
    }

    /// The program `redis-server`.
    Path redis() throws StartRefusedException {
        return unpacked("redis", platform.redisProgram(), ServerPrograms::copyProgram)
                .resolve("redis-server");
    }

    private Path unpacked(String server, String resource, Unpacking unpacking)
            throws StartRefusedException {
        URL archive = find(resource);
        try {
            Path folder = bin.resolve(server + "-" + mark(archive));
            if (!Files.isDirectory(folder)) {
                removeOthers(server);
                // its name is final only once it is complete
                Path incomplete = Files.createTempDirectory(bin, server + "-incomplete-");
                try (InputStream packed = archive.openStream()) {
                    unpacking.unpack(packed, incomplete);
                }
                Files.move(incomplete, folder, StandardCopyOption.ATOMIC_MOVE);
            }
            return folder;
        } catch (IOException e) {
            throw new StartRefusedException(
                    "the server programs cannot be unpacked into "
                            + bin
                            + ". Is the disk full or the folder not writable?",
                    e);
        }
    }

    /// What the jar's directory says of the archive: reading all of it at every start would cost
    /// more than the start itself.
    private static String mark(URL resource) throws IOException {
        JarEntry entry = ((JarURLConnection) resource.openConnection()).getJarEntry();
        return HexFormat.of().toHexDigits(entry.getSize(), 8)
                + "-"
                + HexFormat.of().toHexDigits(entry.getCrc(), 8);
    }

    private static URL find(String resource) throws StartRefusedException {
        URL packed = ServerPrograms.class.getResource("/" + resource);
        if (packed == null) {
            throw new StartRefusedException(
                    "this build of Postern has no "
                            + resource
                            + " for this machine. Build it here with ./postern up.");
        }
        return packed;
    }

    private void removeOthers(String server) throws IOException {
        List<Path> others;
        try (Stream<Path> entries = Files.list(bin)) {
            others = entries.filter(p -> p.getFileName().toString().startsWith(server)).toList();
        }
        for (Path other : others) {
            Folders.delete(other);
        }
    }

    private static void copyProgram(InputStream program, Path folder) throws IOException {
        Path file = folder.resolve("redis-server");
        Files.copy(program, file);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    private static void untar(InputStream packed, Path folder) throws IOException {
        try (var tar =
                new TarArchiveInputStream(
                        new XZCompressorInputStream(new BufferedInputStream(packed)))) {
            for (TarArchiveEntry entry = tar.getNextEntry();
                    entry != null;
                    entry = tar.getNextEntry()) {
                Path target = folder.resolve(entry.getName()).normalize();
                if (!target.startsWith(folder)) {
                    throw new IOException("entry outside of its folder: " + entry.getName());
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(target);
                } else if (entry.isSymbolicLink()) {
                    Files.createDirectories(target.getParent());
                    Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
                } else {
                    Files.createDirectories(target.getParent());
                    Files.copy(tar, target);
                    boolean program = (entry.getMode() & 0100) != 0;
                    Files.setPosixFilePermissions(
                            target,
                            PosixFilePermissions.fromString(program ? "rwxr-xr-x" : "rw-r--r--"));
                }
            }
        }
    }

    @FunctionalInterface
    private interface Unpacking {
        void unpack(InputStream packed, Path folder) throws IOException;
    }
}
