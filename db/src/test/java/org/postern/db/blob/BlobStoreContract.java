package org.postern.db.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.crypto.SealedSource;
import org.postern.db.AtOnce;
import org.postern.db.MessageId;
import org.postern.db.TenantId;
import org.postern.db.TestValues;

/// What every blob store does, wherever it keeps its objects.
interface BlobStoreContract {

    TenantId TENANT = TestValues.tenant();

    BlobStore store();

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4_096, 262_143, 262_144, 262_145, 1_000_003})
    default void anObjectIsReadAsItWasPut(int length) throws Exception {
        MessageId id = TestValues.message();
        byte[] object = TestValues.bytes(length);

        store().putIfAbsent(TENANT, id, channel(object));

        assertThat(store().contains(TENANT, id)).isTrue();
        assertThat(read(store(), TENANT, id)).contains(object);
    }

    @Test
    default void anyRangeOfAnObjectCanBeRead() throws Exception {
        MessageId id = TestValues.message();
        byte[] object = TestValues.bytes(100_000);
        store().putIfAbsent(TENANT, id, channel(object));

        try (SealedSource source = store().find(TENANT, id).orElseThrow()) {
            assertThat(source.size()).isEqualTo(object.length);
            for (int position : new int[] {99_990, 0, 16_384, 50_001}) {
                ByteBuffer range = ByteBuffer.allocate(10);
                while (range.hasRemaining()) {
                    assertThat(source.read(position + range.position(), range)).isPositive();
                }
                assertThat(range.array())
                        .isEqualTo(Arrays.copyOfRange(object, position, position + 10));
            }
            assertThat(source.read(object.length, ByteBuffer.allocate(1))).isEqualTo(-1);
        }
    }

    @Test
    default void anObjectThatIsNotThereIsNotFound() throws Exception {
        MessageId id = TestValues.message();

        assertThat(store().contains(TENANT, id)).isFalse();
        assertThat(store().find(TENANT, id)).isEmpty();
    }

    @Test
    default void anObjectIsPutOnlyOnce() throws Exception {
        MessageId id = TestValues.message();
        byte[] first = TestValues.bytes(1_000);
        store().putIfAbsent(TENANT, id, channel(first));

        store().putIfAbsent(TENANT, id, channel(TestValues.bytes(2_000)));

        assertThat(read(store(), TENANT, id)).contains(first);
    }

    @Test
    default void anObjectOfOneTenantIsNotThereForAnother() throws Exception {
        MessageId id = TestValues.message();
        byte[] object = TestValues.bytes(10);
        TenantId other = TestValues.tenant();
        store().putIfAbsent(TENANT, id, channel(object));

        assertThat(store().contains(other, id)).isFalse();
        assertThat(store().find(other, id)).isEmpty();
        store().delete(other, id);
        assertThat(read(store(), TENANT, id)).contains(object);
    }

    @Test
    default void aDeletedObjectIsGoneAndCanBePutAgain() throws Exception {
        MessageId id = TestValues.message();
        byte[] second = TestValues.bytes(20);
        store().putIfAbsent(TENANT, id, channel(TestValues.bytes(10)));

        store().delete(TENANT, id);

        assertThat(store().contains(TENANT, id)).isFalse();
        assertThat(store().find(TENANT, id)).isEmpty();
        store().putIfAbsent(TENANT, id, channel(second));
        assertThat(read(store(), TENANT, id)).contains(second);
    }

    @Test
    default void deletingWhatIsNotThereChangesNothing() throws Exception {
        MessageId neighbour = TestValues.message();
        store().putIfAbsent(TENANT, neighbour, channel(TestValues.bytes(10)));

        store().delete(TENANT, TestValues.message());
        store().delete(TestValues.tenant(), TestValues.message());

        assertThat(store().contains(TENANT, neighbour)).isTrue();
    }

    @Test
    default void whoReadsGoesOnReadingWhileTheObjectIsDeleted() throws Exception {
        MessageId id = TestValues.message();
        byte[] object = TestValues.bytes(50_000);
        store().putIfAbsent(TENANT, id, channel(object));

        try (SealedSource source = store().find(TENANT, id).orElseThrow()) {
            store().delete(TENANT, id);

            assertThat(all(source)).isEqualTo(object);
        }
    }

    @Test
    default void anObjectIsNotThereBeforeItIsWhole() throws Exception {
        MessageId id = TestValues.message();
        byte[] object = TestValues.bytes(600_000);
        Paused slow = new Paused(object);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> put =
                    threads.submit(() -> {
                        store().putIfAbsent(TENANT, id, slow);
                        return null;
                    });
            slow.halfway.await();

            try {
                assertThat(store().contains(TENANT, id)).isFalse();
                assertThat(store().find(TENANT, id)).isEmpty();
            } finally {
                slow.goOn.countDown();
            }
            put.get();
        }
        assertThat(read(store(), TENANT, id)).contains(object);
    }

    @Test
    default void anObjectWhoseSourceFailsIsNotThereAndCanBePutAgain() throws Exception {
        MessageId id = TestValues.message();
        byte[] object = TestValues.bytes(600_000);
        Paused failing = new Paused(object);
        failing.fails = true;
        failing.goOn.countDown();

        assertThatIOException().isThrownBy(() -> store().putIfAbsent(TENANT, id, failing));

        assertThat(store().contains(TENANT, id)).isFalse();
        assertThat(store().find(TENANT, id)).isEmpty();
        store().putIfAbsent(TENANT, id, channel(object));
        assertThat(read(store(), TENANT, id)).contains(object);
    }

    @Test
    default void manyWhoPutOneObjectAtOnceLeaveItWhole() throws Exception {
        MessageId id = TestValues.message();
        byte[] object = TestValues.bytes(700_000);

        AtOnce.run(
                8,
                _ ->
                        () -> {
                            store().putIfAbsent(TENANT, id, channel(object));
                            // Returning is the promise, for each of them.
                            assertThat(read(store(), TENANT, id)).contains(object);
                            return true;
                        });
    }

    @Test
    default void theSameIdOfTwoTenantsIsTwoObjects() throws Exception {
        MessageId id = TestValues.message();
        TenantId other = TestValues.tenant();
        byte[] ours = TestValues.bytes(30);
        byte[] theirs = TestValues.bytes(30);

        store().putIfAbsent(TENANT, id, channel(ours));
        store().putIfAbsent(other, id, channel(theirs));

        assertThat(read(store(), TENANT, id)).contains(ours);
        assertThat(read(store(), other, id)).contains(theirs);
    }

    static ReadableByteChannel channel(byte[] object) {
        return Channels.newChannel(new ByteArrayInputStream(object));
    }

    static Optional<byte[]> read(BlobStore store, TenantId tenant, MessageId id)
            throws IOException {
        Optional<SealedSource> found = store.find(tenant, id);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        try (SealedSource source = found.get()) {
            return Optional.of(all(source));
        }
    }

    private static byte[] all(SealedSource source) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(source.size()));
        while (bytes.hasRemaining() && source.read(bytes.position(), bytes) >= 0) {}
        return bytes.array();
    }

    /// A source that stops in the middle until it may go on.
    final class Paused implements ReadableByteChannel {

        final CountDownLatch halfway = new CountDownLatch(1);
        final CountDownLatch goOn = new CountDownLatch(1);
        volatile boolean fails;
        private final ByteBuffer object;

        Paused(byte[] object) {
            this.object = ByteBuffer.wrap(object);
        }

        @Override
        public int read(ByteBuffer into) throws IOException {
            if (object.position() > object.capacity() / 2) {
                halfway.countDown();
                try {
                    goOn.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                if (fails) {
                    throw new IOException("the source is gone");
                }
            }
            if (!object.hasRemaining()) {
                return -1;
            }
            int length = Math.min(Math.min(into.remaining(), object.remaining()), 65_536);
            into.put(object.slice(object.position(), length));
            object.position(object.position() + length);
            return length;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }
}
