package org.postern.server.embedded;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Everything one Postern keeps, under one folder, and the lock that keeps a second Postern out of
/// it.
///
/// ```
/// DATA/postgres   the mail database and the key ledger, and their passwords
///      redis      sessions and rate limits, and their password
///      blobs      sealed objects                        ─┐ written by other modules;
///      spool      accepted and not yet handed over       │ here they are only made
///      keys       keystore and its passphrase            │ and closed to others
///      outbox     the demo's outgoing mail, in clear    ─┘
///      tls        certificate for SMTP
///      logs       of the servers
///      run        lock, ports, control token: of the process that runs now
///      bin        unpacked server programs; can be deleted at any time
/// ```
public final class DataFolder implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(DataFolder.class);

    private static final Set<PosixFilePermission> OWNER_ONLY =
            PosixFilePermissions.fromString("rwx------");

    private static final List<String> FOLDERS =
            List.of(
                    "postgres",
                    "redis",
                    "blobs",
                    "spool",
                    "keys",
                    "tls",
                    "outbox",
                    "run",
                    "logs",
                    "bin");

    /// A process loses its lock as soon as it closes the file anywhere (POSIX), so within this one
    /// a second try must not even open it.
    private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

    private final Path root;
    private final FileChannel lockFile;

    private DataFolder(Path root, FileChannel lockFile) {
        this.root = root;
        this.lockFile = lockFile;
    }

    /// Makes what is missing and takes the folder for this process.
    public static DataFolder open(Path folder) throws StartRefusedException {
        Path root = made(folder.toAbsolutePath().normalize());
        FileChannel lockFile = locked(root);
        return new DataFolder(root, lockFile);
    }

    private static Path made(Path root) throws StartRefusedException {
        FileAttribute<?> ownerOnly = PosixFilePermissions.asFileAttribute(OWNER_ONLY);
        try {
            if (!Files.isDirectory(root)) {
                Files.createDirectories(root, ownerOnly);
            }
            Path real = root.toRealPath();
            for (String name : FOLDERS) {
                Path folder = real.resolve(name);
                if (!Files.isDirectory(folder)) {
                    Files.createDirectory(folder, ownerOnly);
                }
                // Kubernetes opens a volume to its group (fsGroup), and umask may have been
                // anything.
                Files.setPosixFilePermissions(folder, OWNER_ONLY);
            }
            return real;
        } catch (FileAlreadyExistsException e) {
            throw new StartRefusedException(
                    "the data folder "
                            + root
                            + " cannot be made: "
                            + e.getFile()
                            + " is a file. Choose another folder with --data.",
                    e);
        } catch (UnsupportedOperationException e) {
            throw new StartRefusedException(
                    "the data folder "
                            + root
                            + " is on a file system without owners and permissions. Choose another"
                            + " folder with --data.",
                    e);
        } catch (IOException e) {
            throw new StartRefusedException(
                    "the data folder "
                            + root
                            + " cannot be written. Make it writable for this user or choose another"
                            + " with --data.",
                    e);
        }
    }

    /// The lock belongs to the process and goes with it, also by `kill -9`, so it is never stale.
    /// The file stays: a lock on a file that was deleted and made again would lock nobody out.
    private static FileChannel locked(Path root) throws StartRefusedException {
        if (!HELD_HERE.add(root)) {
            throw inUse(root, Long.toString(ProcessHandle.current().pid()));
        }
        Path file = root.resolve("run").resolve("postern.lock");
        FileChannel channel = null;
        boolean taken = false;
        try {
            channel =
                    FileChannel.open(
                            file,
                            EnumSet.of(
                                    StandardOpenOption.CREATE,
                                    StandardOpenOption.READ,
                                    StandardOpenOption.WRITE),
                            PosixFilePermissions.asFileAttribute(
                                    PosixFilePermissions.fromString("rw-------")));
            if (channel.tryLock() == null) {
                throw inUse(root, Files.readString(file, US_ASCII).strip());
            }
            channel.truncate(0);
            channel.write(US_ASCII.encode(ProcessHandle.current().pid() + "\n"));
            taken = true;
            return channel;
        } catch (IOException e) {
            throw new StartRefusedException(
                    "the data folder "
                            + root
                            + " cannot be locked. Choose a folder on a local disk with --data.",
                    e);
        } finally {
            if (!taken) {
                HELD_HERE.remove(root);
                closeQuietly(channel);
            }
        }
    }

    private static StartRefusedException inUse(Path root, String holder) {
        return new StartRefusedException(
                "the data folder "
                        + root
                        + " is in use by another Postern"
                        + (holder.isEmpty() ? "" : " (process " + holder + ")")
                        + ". Stop it or choose another folder with --data.");
    }

    private static void closeQuietly(@Nullable FileChannel channel) {
        if (channel == null) {
            return;
        }
        try {
            channel.close();
        } catch (IOException e) {
            log.debug("lock file was not closed", e);
        }
    }

    public Path root() {
        return root;
    }

    public Path postgres() {
        return root.resolve("postgres");
    }

    public Path redis() {
        return root.resolve("redis");
    }

    public Path blobs() {
        return root.resolve("blobs");
    }

    public Path spool() {
        return root.resolve("spool");
    }

    public Path keys() {
        return root.resolve("keys");
    }

    public Path tls() {
        return root.resolve("tls");
    }

    public Path outbox() {
        return root.resolve("outbox");
    }

    /// What this process knows of the notice board.
    public Path board() {
        return root.resolve("board.json");
    }

    public Path run() {
        return root.resolve("run");
    }

    public Path logs() {
        return root.resolve("logs");
    }

    Path bin() {
        return root.resolve("bin");
    }

    /// A new control token, for this run only, where the commands of the same user find it.
    public ControlToken issueControlToken(SecureRandom random) throws StartRefusedException {
        try {
            return new ControlToken(SecretFile.create(tokenFile(root), random));
        } catch (IOException e) {
            throw new StartRefusedException(
                    "the folder " + run() + " cannot be written. Make it writable for this user.",
                    e);
        }
    }

    /// Says where this Postern is, once it listens.
    public void announce(RunningAddresses addresses) throws StartRefusedException {
        try {
            SecretFile.write(
                    addressesFile(root), JsonMapper.shared().writeValueAsString(addresses) + "\n");
        } catch (IOException e) {
            throw new StartRefusedException(
                    "the folder " + run() + " cannot be written. Make it writable for this user.",
                    e);
        }
    }

    /// Where the Postern of this folder said it is. After `kill -9` it may not be there any more.
    public static Optional<RunningAddresses> announced(Path folder) throws IOException {
        try {
            return Optional.of(
                    JsonMapper.shared()
                            .readValue(
                                    Files.readString(addressesFile(folder)),
                                    RunningAddresses.class));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (JacksonException e) {
            throw new IOException(addressesFile(folder) + " is damaged", e);
        }
    }

    /// The token of the Postern that runs, or last ran, on this folder.
    public static Optional<ControlToken> controlToken(Path folder) throws IOException {
        try {
            return Optional.of(
                    new ControlToken(Files.readString(tokenFile(folder), US_ASCII).strip()));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private static Path addressesFile(Path folder) {
        return folder.resolve("run").resolve("ports.json");
    }

    private static Path tokenFile(Path folder) {
        return folder.resolve("run").resolve("control.token");
    }

    /// Gives the folder back; nobody who looks for a running Postern finds one from here on.
    @Override
    public void close() {
        try {
            Files.deleteIfExists(addressesFile(root));
            Files.deleteIfExists(tokenFile(root));
        } catch (IOException e) {
            log.warn("run folder was not cleared: {}", e.getClass().getSimpleName());
        }
        closeQuietly(lockFile);
        HELD_HERE.remove(root);
    }
}
