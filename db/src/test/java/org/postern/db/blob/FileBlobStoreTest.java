package org.postern.db.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.postern.db.blob.BlobStoreContract.channel;
import static org.postern.db.blob.BlobStoreContract.read;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.db.MessageId;
import org.postern.db.TestValues;

class FileBlobStoreTest implements BlobStoreContract {

    @TempDir Path temporary;

    private Path root = Path.of("unset");
    private FileBlobStore store = new FileBlobStore(root);
    private final MessageId id = TestValues.message();
    private final byte[] object = TestValues.bytes(300_000);

    @BeforeEach
    void makeStore() throws IOException {
        root = Files.createDirectory(temporary.resolve("blobs"));
        store = new FileBlobStore(root);
    }

    @Override
    public BlobStore store() {
        return store;
    }

    @Test
    void anObjectLiesBelowItsTenantAndNowhereElse() throws Exception {
        store.putIfAbsent(TENANT, id, channel(object));

        String name = id.toString();
        assertThat(files(temporary))
                .containsExactly(
                        root.resolve(TENANT.toString())
                                .resolve(name.substring(name.length() - 2))
                                .resolve(name));
    }

    @Test
    void nobodyButTheOwnerMayReadObjectsOrTheirNames() throws Exception {
        store.putIfAbsent(TENANT, id, channel(object));

        try (Stream<Path> all = Files.walk(root)) {
            assertThat(all.filter(path -> !path.equals(root)))
                    .hasSize(3)
                    .allSatisfy(path ->
                            assertThat(
                                            PosixFilePermissions.toString(
                                                    Files.getPosixFilePermissions(path)))
                                    .isEqualTo(
                                            Files.isDirectory(path) ? "rwx------" : "rw-------"));
        }
    }

    @Test
    void bytesAreForcedBeforeTheNameAndTheNameBeforeItIsPromised() throws Exception {
        Recorder disk = new Recorder();

        disk.store().putIfAbsent(TENANT, id, channel(object));

        Path ofTenant = root.resolve(TENANT.toString());
        Path directory = folder(id);
        assertThat(disk.forced).hasSize(4);
        // What holds the folders' names first, then the bytes under another name, then the name.
        assertThat(disk.forced.subList(0, 2)).containsExactly(ofTenant, root);
        assertThat(disk.forced.get(2).getFileName().toString()).endsWith(".half");
        assertThat(disk.forced.get(2).getParent()).isEqualTo(directory);
        assertThat(disk.lengthForced).isEqualTo(object.length);
        assertThat(disk.forced.get(3)).isEqualTo(directory);
    }

    @Test
    void theNameOfAnObjectFoundIsForcedToo() throws Exception {
        store.putIfAbsent(TENANT, id, channel(object));
        Recorder disk = new Recorder();

        // Whoever put it may have been killed before the force.
        disk.store().putIfAbsent(TENANT, id, channel(object));

        assertThat(disk.forced).last().isEqualTo(folder(id));
    }

    @Test
    void whereverAProcessIsKilledTheObjectIsAbsentOrWholeAndCanBePutAgain() throws Exception {
        List<Path> images = new ArrayList<>();
        FileBlobStore killed =
                new FileBlobStore(
                        root,
                        (what, channel) -> {
                            images.add(copy(root, "before-" + images.size()));
                            channel.force(true);
                            images.add(copy(root, "after-" + images.size()));
                        });
        killed.putIfAbsent(TENANT, id, channel(object));
        assertThat(images).hasSize(8);

        for (Path image : images) {
            FileBlobStore next = new FileBlobStore(image);
            assertThat(read(next, TENANT, id))
                    .satisfiesAnyOf(
                            found -> assertThat(found).isEmpty(),
                            found -> assertThat(found).contains(object));

            next.putIfAbsent(TENANT, id, channel(object));

            assertThat(read(next, TENANT, id)).contains(object);
            assertThat(files(image)).describedAs("nothing of the killed writer").hasSize(1);
        }
    }

    @Test
    void whatAKilledProcessLeftHalfWrittenIsNoObjectAndIsRemoved() throws Exception {
        store.putIfAbsent(TENANT, id, channel(object));
        store.delete(TENANT, id);
        Path half = Files.write(Path.of(file(id) + ".0.half"), new byte[] {1, 2, 3});
        Path ofAnother = Files.write(Path.of(file(id) + "0.0.half"), new byte[] {1, 2, 3});

        assertThat(store.contains(TENANT, id)).isFalse();
        assertThat(store.find(TENANT, id)).isEmpty();
        store.putIfAbsent(TENANT, id, channel(object));

        assertThat(half).doesNotExist();
        assertThat(ofAnother).exists();
        assertThat(read(store, TENANT, id)).contains(object);
    }

    @Test
    void whatAnotherStoreIsWritingIsNotTakenFromIt() throws Exception {
        Paused slow = new Paused(object);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> put =
                    threads.submit(() -> {
                        store.putIfAbsent(TENANT, id, slow);
                        return null;
                    });
            slow.halfway.await();

            try {
                new FileBlobStore(root).putIfAbsent(TENANT, id, channel(object));
            } finally {
                slow.goOn.countDown();
            }
            put.get();
        }
        assertThat(read(store, TENANT, id)).contains(object);
        assertThat(files(root)).containsExactly(file(id));
    }

    @Test
    void nothingIsLeftOfAnObjectWhoseSourceFailed() throws Exception {
        Paused failing = new Paused(object);
        failing.fails = true;
        failing.goOn.countDown();

        assertThatIOException().isThrownBy(() -> store.putIfAbsent(TENANT, id, failing));

        assertThat(files(root)).isEmpty();
    }

    @Test
    void anObjectWhoseBytesCannotBeForcedIsNoObject() throws Exception {
        FileBlobStore full = failingAt(".half");

        assertThatIOException()
                .isThrownBy(() -> full.putIfAbsent(TENANT, id, channel(object)))
                .withMessage("the disk says no");

        assertThat(files(root)).isEmpty();
        assertThat(full.contains(TENANT, id)).isFalse();
    }

    @Test
    void anObjectWhoseNameCannotBeForcedIsNoObjectAndIsWrittenAnew() throws Exception {
        String directory = folder(id).toString();
        FileBlobStore failing = failingAt(directory);

        assertThatIOException()
                .isThrownBy(() -> failing.putIfAbsent(TENANT, id, channel(object)))
                .withMessage("the disk says no");

        // The kernel may have thrown the name away: a second force would say yes to nothing.
        assertThat(files(root)).isEmpty();
        Recorder disk = new Recorder();
        disk.store().putIfAbsent(TENANT, id, channel(object));
        assertThat(disk.lengthForced).isEqualTo(object.length);
    }

    @Test
    void anObjectPromisedToOneIsNotLostWhenTheForceOfTheNextFails() throws Exception {
        store.putIfAbsent(TENANT, id, channel(object));
        FileBlobStore failing = failingAt(folder(id).toString());

        assertThatIOException().isThrownBy(() -> failing.putIfAbsent(TENANT, id, channel(object)));

        assertThat(read(store, TENANT, id)).contains(object);
    }

    @Test
    void aFolderWhoseNameCouldNotBeForcedIsForcedAtTheNextPut() throws Exception {
        Recorder disk = new Recorder();
        disk.failures = 1;
        FileBlobStore recovering = disk.store();
        assertThatIOException()
                .isThrownBy(() -> recovering.putIfAbsent(TENANT, id, channel(object)));
        disk.forced.clear();

        recovering.putIfAbsent(TENANT, id, channel(object));

        assertThat(disk.forced).contains(root.resolve(TENANT.toString()), root);
    }

    @Test
    void aMissingRootIsAMissingDiskAndIsNotMade() throws Exception {
        Files.delete(root);

        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> store.putIfAbsent(TENANT, id, channel(object)));

        assertThat(root).doesNotExist();
        assertThat(store.contains(TENANT, id)).isFalse();
    }

    @Test
    void aFileInTheWayOfAFolderIsRefused() throws Exception {
        Files.createFile(root.resolve(TENANT.toString()));

        assertThatIOException().isThrownBy(() -> store.putIfAbsent(TENANT, id, channel(object)));
    }

    private Path folder(MessageId message) {
        String name = message.toString();
        return root.resolve(TENANT.toString()).resolve(name.substring(name.length() - 2));
    }

    private Path file(MessageId message) {
        return folder(message).resolve(message.toString());
    }

    private FileBlobStore failingAt(String end) {
        return new FileBlobStore(
                root,
                (what, channel) -> {
                    if (what.toString().endsWith(end)) {
                        throw new IOException("the disk says no");
                    }
                    channel.force(true);
                });
    }

    private static List<Path> files(Path below) throws IOException {
        try (Stream<Path> all = Files.walk(below)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }

    private Path copy(Path from, String name) throws IOException {
        Path to = temporary.resolve(name);
        try (Stream<Path> all = Files.walk(from)) {
            all.forEach(path -> {
                try {
                    Files.copy(path, to.resolve(from.relativize(path)));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
        return to;
    }

    /// A disk that remembers what it was asked to keep, after failing so many times.
    private final class Recorder implements FileBlobStore.Disk {

        final List<Path> forced = new ArrayList<>();
        long lengthForced;
        int failures;

        FileBlobStore store() {
            return new FileBlobStore(root, this);
        }

        @Override
        public void force(Path what, FileChannel channel) throws IOException {
            if (failures-- > 0) {
                throw new IOException("the disk says no");
            }
            forced.add(what);
            channel.force(true);
            if (Files.isRegularFile(what)) {
                lengthForced = Files.size(what);
            }
        }
    }
}
