package org.postern.mail.spool;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.postern.crypto.Content;
import org.postern.crypto.Opener;
import org.postern.crypto.SealingStream;
import org.postern.crypto.sealed.ObjectHeader;
import org.postern.crypto.sealed.ObjectType;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.SealedRecord;
import org.postern.crypto.sealed.UuidV7;
import org.postern.db.Envelope;
import org.postern.db.MessageId;
import org.postern.db.Step;
import org.postern.db.Steps;
import org.postern.keys.KeyService;
import org.postern.mail.door.Door;
import org.postern.mail.door.NotReadyException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Accepted messages on this machine's disk, sealed, until they are handed over. The one place that
/// keeps the durability promise of RFC 5321, section 6.1. Thread-safe; one process owns the folder.
public final class Spool {

    private static final Logger log = LoggerFactory.getLogger(Spool.class);

    static final String ENTRY = ".entry";
    private static final String HALF = ".half";

    private final Path folder;
    private final FileStore disk;
    private final Door door;
    private final UuidV7 ids;
    private final Clock clock;
    private final SecureRandom random;
    private final Steps steps;
    private final long floorBytes;
    private final SharedForce folderForce;
    private final Object[] idLocks = new Object[64];
    private final BlockingQueue<MessageId> accepted = new LinkedBlockingQueue<>();

    /// Owns `folder`, which must exist. What an earlier process accepted there is found again; what
    /// it had not is removed.
    ///
    /// @param floorBytes how much room must be left on the disk before another message is taken
    public Spool(
            Path folder, Door door, Clock clock, SecureRandom random, Steps steps, long floorBytes)
            throws IOException {
        this.folder = folder;
        // Found once: it takes a walk through all that is mounted.
        this.disk = Files.getFileStore(folder);
        this.door = door;
        this.ids = new UuidV7(clock, random);
        this.clock = clock;
        this.random = random;
        this.steps = steps;
        this.floorBytes = floorBytes;
        this.folderForce = new SharedForce(this::forceFolder);
        Arrays.setAll(idLocks, _ -> new Object());
        recover();
    }

    /// Whether there is room for another message.
    public boolean hasRoom() throws IOException {
        return disk.getUsableSpace() >= floorBytes;
    }

    /// How many accepted messages wait to be handed over.
    public int waiting() {
        return accepted.size();
    }

    /// When the message was taken that has waited longest to be handed over; empty if none waits.
    public Optional<Instant> oldest() throws IOException {
        Optional<Instant> oldest = Optional.empty();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, "*" + ENTRY)) {
            for (Path entry : entries) {
                Optional<Instant> taken = takenAt(entry.getFileName().toString());
                if (taken.isPresent() && (oldest.isEmpty() || taken.get().isBefore(oldest.get()))) {
                    oldest = taken;
                }
            }
        }
        return oldest;
    }

    /// By its id, which begins with the time (RFC 9562, section 5.7).
    private static Optional<Instant> takenAt(String entry) {
        try {
            UUID id = UUID.fromString(entry.substring(0, entry.length() - ENTRY.length()));
            return Optional.of(Instant.ofEpochMilli(id.getMostSignificantBits() >>> 16));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // said at the start: no entry of ours
        }
    }

    /// The oldest spool key that this door may still need: that of its snapshot, or of an entry
    /// here. 0, which is none that there is, where it cannot be told.
    long oldestSpoolKey() throws IOException {
        long oldest = door.standing().map(standing -> standing.snapshot().spoolKeyId()).orElse(0L);
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, "*" + ENTRY)) {
            for (Path entry : entries) {
                try (FileChannel file = FileChannel.open(entry, READ)) {
                    oldest = Math.min(oldest, SpoolEntry.read(file).slot().spoolKeyId());
                } catch (NoSuchFileException e) {
                    // handed over meanwhile
                } catch (OpeningFailedException e) {
                    return 0;
                }
            }
        }
        return oldest;
    }

    /// Begins to take a message: content is written to what this returns and sealed as it comes.
    ///
    /// @throws NotReadyException if this door may seal nothing now
    /// @throws SpoolFullException if there is too little room
    public Incoming begin(Envelope envelope) throws NotReadyException, IOException {
        return begin(envelope, ids.next());
    }

    /// The same under an id the caller made: taken twice under one id, it is one message.
    public Incoming begin(Envelope envelope, UUID id) throws NotReadyException, IOException {
        Door.Standing standing = door.requireStanding();
        if (!hasRoom()) {
            throw new SpoolFullException();
        }
        ObjectHeader header =
                new ObjectHeader(
                        ObjectType.RAW_MAIL,
                        envelope.tenant().value(),
                        id,
                        clock.instant(),
                        door.instance(),
                        0);
        Path half = folder.resolve(id + "." + ids.next() + HALF);
        FileChannel file = FileChannel.open(half, CREATE_NEW, WRITE);
        try {
            HeldBack out = new HeldBack(file);
            SealingStream sealed = standing.sealer().begin(header, out);
            SealedRecord sealedEnvelope =
                    sealed.recordKey(KeyService.ENVELOPE)
                            .seal(envelope.encode(), header.hash(), random);
            out.release(first ->
                    SpoolEntry.writePrefix(
                            first, standing.certificate(), sealed.slot(), sealedEnvelope));
            return new Incoming(this, new MessageId(id), half, file, out, sealed);
        } catch (IOException | RuntimeException e) {
            file.close();
            Files.deleteIfExists(half);
            throw e;
        }
    }

    /// Returning is the promise: the caller now answers 250, and the message is ours (RFC 5321,
    /// section 6.1). So file and directory have reached the disk by then, or the entry is gone and
    /// the sender is asked to keep the message.
    void accept(MessageId id, Path half, FileChannel file) throws IOException {
        steps.reached(Step.SPOOL_FILE_WRITTEN);
        file.force(true);
        file.close();
        steps.reached(Step.SPOOL_FILE_FORCED);
        Path entry = folder.resolve(id + ENTRY);
        // Two of one id, one after the other: the second must neither take the place of an object
        // that is being handed over, nor be promised on the strength of a first that fails.
        synchronized (idLocks[Math.floorMod(id.hashCode(), idLocks.length)]) {
            if (Files.exists(entry)) {
                Files.delete(half);
                return;
            }
            try {
                Files.move(half, entry, StandardCopyOption.ATOMIC_MOVE);
                steps.reached(Step.SPOOL_ENTRY_RENAMED);
                folderForce.force();
                steps.reached(Step.SPOOL_DIRECTORY_FORCED);
            } catch (IOException e) {
                // A failed force is never tried again: the kernel may have thrown the bytes away
                // and would say yes.
                Files.deleteIfExists(entry);
                throw e;
            }
            // Only now may hand-over see it: an entry refused above must never become a message.
            accepted.add(id);
        }
    }

    /// Opens what was just sealed and is not accepted.
    Content readBack(Path half, SealingStream sealed) throws IOException {
        FileChannel file = FileChannel.open(half, READ);
        try {
            ObjectHeader header = sealed.header();
            return Opener.open(
                    SpoolEntry.read(file).object(file),
                    header.tenant(),
                    header.object(),
                    sealed.dataKey(),
                    door.instancePublicKey(),
                    sealed.slot());
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        } catch (OpeningFailedException e) {
            file.close();
            throw new IOException("what was sealed here a moment ago does not open", e);
        }
    }

    /// The next accepted messages, at most so many, waiting for one.
    List<MessageId> next(int most) throws InterruptedException {
        List<MessageId> next = new ArrayList<>(List.of(accepted.take()));
        accepted.drainTo(next, most - 1);
        return next;
    }

    /// Gives an entry back whose hand-over failed.
    void giveBack(MessageId id) {
        accepted.add(id);
    }

    /// The entry, unless somebody took it away.
    Optional<FileChannel> open(MessageId id) throws IOException {
        try {
            return Optional.of(FileChannel.open(folder.resolve(id + ENTRY), READ));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /// Removes an entry that was handed over. If this is lost in a crash, hand-over runs again and
    /// changes nothing.
    void remove(MessageId id) throws IOException {
        Files.deleteIfExists(folder.resolve(id + ENTRY));
        steps.reached(Step.SPOOL_ENTRY_DELETED);
    }

    private void recover() throws IOException {
        try (DirectoryStream<Path> halves = Files.newDirectoryStream(folder, "*" + HALF)) {
            for (Path half : halves) {
                Files.delete(half);
            }
        }
        List<UUID> found = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, "*" + ENTRY)) {
            for (Path entry : entries) {
                String name = entry.getFileName().toString();
                try {
                    found.add(UUID.fromString(name.substring(0, name.length() - ENTRY.length())));
                } catch (IllegalArgumentException e) {
                    log.error("a file that is no entry stays in the spool");
                }
            }
        }
        // The entries found are promised only once their names are on disk too.
        forceFolder();
        // By id, which is by age.
        found.stream()
                .sorted(Comparator.comparing(UUID::toString))
                .map(MessageId::new)
                .forEach(accepted::add);
    }

    private void forceFolder() throws IOException {
        try (FileChannel directory = FileChannel.open(folder, READ)) {
            directory.force(true);
        }
    }
}
