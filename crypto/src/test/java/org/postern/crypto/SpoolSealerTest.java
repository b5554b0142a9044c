package org.postern.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.postern.crypto.sealed.ObjectHeader;
import org.postern.crypto.sealed.ObjectType;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.SpoolSlot;

class SpoolSealerTest {

    private final Door door = new Door("spool sealer");

    private SpoolSlot seal(ObjectHeader header) {
        return door.spoolSealer.seal(DataKey.generate(door.random), header);
    }

    private SpoolSlot seal() {
        return seal(door.header(ObjectType.RAW_MAIL));
    }

    private static List<Byte> enc(SpoolSlot slot) {
        byte[] bytes = slot.toBytes();
        return IntStream.range(8, 8 + SpoolSlot.ENC_BYTES).mapToObj(i -> bytes[i]).toList();
    }

    @Test
    void aContextServesManyObjectsWithinTenSeconds() {
        SpoolSlot first = seal();
        door.clock.advance(Duration.ofMillis(9_999));
        assertThat(enc(seal())).isEqualTo(enc(first));
    }

    @Test
    void aContextIsRenewedAfterTenSeconds() {
        SpoolSlot first = seal();
        door.clock.advance(Duration.ofSeconds(10));
        assertThat(enc(seal())).isNotEqualTo(enc(first));
    }

    @Test
    void anIdleDoorKeepsNoContext() {
        seal();
        door.clock.advance(Duration.ofMillis(9_999));
        door.spoolSealer.dropStale();
        assertThat(door.spoolSealer.holdsContext()).isTrue();
        door.clock.advance(Duration.ofMillis(1));
        door.spoolSealer.dropStale();
        assertThat(door.spoolSealer.holdsContext()).isFalse();
    }

    @Test
    void aClockSetBackDoesNotProlongAContext() {
        seal();
        door.clock.advance(Duration.ofHours(-1));
        door.spoolSealer.dropStale();
        assertThat(door.spoolSealer.holdsContext()).isFalse();
    }

    @Test
    void noWrapKeySealsTwice() throws Exception {
        ObjectHeader header = door.header(ObjectType.RAW_MAIL);
        DataKey first = DataKey.generate(door.random);
        DataKey second = DataKey.generate(door.random);
        SpoolSlot one = door.spoolSealer.seal(first, header);
        SpoolSlot two = door.spoolSealer.seal(second, header);
        assertThat(enc(two)).isNotEqualTo(enc(one));
        assertThat(door.spoolKey.open(one, header)).isEqualTo(first);
        assertThat(door.spoolKey.open(two, header)).isEqualTo(second);
    }

    @Test
    void noWrapKeySealsTwiceHoweverManyTry() throws Exception {
        ObjectHeader header = door.header(ObjectType.RAW_MAIL);
        Callable<SpoolSlot> again = () -> seal(header);
        try (var threads = Executors.newFixedThreadPool(8)) {
            Set<List<Byte>> encs = new HashSet<>();
            for (Future<SpoolSlot> slot :
                    threads.invokeAll(IntStream.range(0, 64).mapToObj(_ -> again).toList())) {
                encs.add(enc(slot.get()));
            }
            assertThat(encs).hasSize(64);
        }
    }

    @Test
    void slotsMadeByManyThreadsAllOpen() throws Exception {
        Callable<Door.Stored> one = () -> door.seal(Door.content(10));
        try (var threads = Executors.newFixedThreadPool(8)) {
            for (Future<Door.Stored> future :
                    threads.invokeAll(IntStream.range(0, 200).mapToObj(_ -> one).toList())) {
                Door.Stored stored = future.get();
                assertThat(door.spoolKey.open(stored.slot, stored.header))
                        .isEqualTo(stored.dataKey);
            }
        }
    }

    @Test
    void aSlotOpensForItsOwnHeaderAndKeyAlone() throws Exception {
        Door.Stored stored = door.seal(Door.content(1));
        ObjectHeader other = door.header(ObjectType.RAW_MAIL);
        SpoolKeyPair stranger = SpoolKeyPair.generate(7, door.random);
        SpoolKeyPair renamed = SpoolKeyPair.importSecret(8, door.spoolKey.exportSecret());
        assertThatExceptionOfType(OpeningFailedException.class)
                .isThrownBy(() -> door.spoolKey.open(stored.slot, other));
        assertThatExceptionOfType(OpeningFailedException.class)
                .isThrownBy(() -> stranger.open(stored.slot, stored.header));
        assertThatExceptionOfType(OpeningFailedException.class)
                .isThrownBy(() -> renamed.open(stored.slot, stored.header));
        byte[] relabelled = stored.slot.toBytes();
        relabelled[7] = 8;
        assertThatExceptionOfType(OpeningFailedException.class)
                .isThrownBy(() -> renamed.open(SpoolSlot.of(relabelled), stored.header));
    }

    @Test
    void everyBitOfASlotCounts() throws Exception {
        Door.Stored stored = door.seal(Door.content(1));
        byte[] bytes = stored.slot.toBytes();
        for (int i = 0; i < bytes.length; i += 13) {
            byte[] flipped = bytes.clone();
            flipped[i] ^= (byte) (1 << i % 8);
            assertThatExceptionOfType(OpeningFailedException.class)
                    .isThrownBy(() -> door.spoolKey.open(SpoolSlot.of(flipped), stored.header));
        }
        for (int length : new int[] {0, 8, bytes.length - 1, bytes.length + 1}) {
            assertThatExceptionOfType(OpeningFailedException.class)
                    .isThrownBy(() -> SpoolSlot.of(Arrays.copyOf(bytes, length)));
        }
    }
}
