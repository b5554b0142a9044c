package org.postern.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.postern.crypto.sealed.ObjectHeader;
import org.postern.crypto.sealed.ObjectPreamble;
import org.postern.crypto.sealed.ObjectType;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.SpoolSlot;

/// Whatever bytes are stored, a reader gives content or the one exception, and the memory it takes
/// is bounded by what is stored.
class HostileBytesTest {

    private final Door door = new Door("hostile");

    @Test
    void anyMutationOfAnObjectIsRefused() {
        Door.Stored stored = door.seal(Door.content(200));
        var random = new Random(3);
        for (int i = 0; i < 5_000; i++) {
            byte[] bytes = mutated(stored.bytes, random);
            if (Arrays.equals(bytes, stored.bytes)) {
                continue;
            }
            var changed = new Door.Stored(stored.header, bytes, stored.slot, stored.dataKey);
            assertThatExceptionOfType(OpeningFailedException.class)
                    .isThrownBy(() -> door.open(changed, new BytesSource(bytes)));
        }
    }

    private static byte[] mutated(byte[] bytes, Random random) {
        byte[] copy = bytes.clone();
        return switch (random.nextInt(5)) {
            case 0 -> Arrays.copyOf(copy, random.nextInt(copy.length));
            case 1 -> Arrays.copyOf(copy, copy.length + 1 + random.nextInt(40));
            case 2 -> {
                int from = random.nextInt(copy.length);
                int to = random.nextInt(copy.length);
                int length = random.nextInt(copy.length - Math.max(from, to) + 1);
                System.arraycopy(bytes, from, copy, to, length);
                yield copy;
            }
            case 3 -> {
                copy[random.nextInt(Math.min(60, copy.length))] = (byte) random.nextInt();
                yield copy;
            }
            default -> {
                copy[random.nextInt(copy.length)] ^= (byte) (1 << random.nextInt(8));
                yield copy;
            }
        };
    }

    @Test
    void aHeaderThatParsesIsTheOneEncodingOfItself() throws Exception {
        byte[] encoded = door.header(ObjectType.RAW_MAIL).encode();
        var random = new Random(4);
        int parsed = 0;
        for (int i = 0; i < 10_000; i++) {
            byte[] bytes = mutated(encoded, random);
            try {
                ObjectHeader header = ObjectHeader.parse(bytes);
                assertThat(header.encode()).isEqualTo(bytes);
                parsed++;
            } catch (OpeningFailedException expected) {
                assertThat(bytes).isNotEqualTo(encoded);
            }
        }
        assertThat(parsed).isPositive();
    }

    @Test
    void anyBytesAreAPreambleOrRefused() {
        var random = new Random(5);
        for (int i = 0; i < 5_000; i++) {
            byte[] bytes = new byte[random.nextInt(500)];
            random.nextBytes(bytes);
            assertThatExceptionOfType(OpeningFailedException.class)
                    .isThrownBy(() -> ObjectPreamble.atStartOf(bytes));
        }
    }

    @Test
    void anObjectOfMoreChunksThanThereAreNumbersIsRefused() throws Exception {
        Door.Stored stored = door.seal(new byte[0]);
        long firstChunkAt = stored.bytes.length - 16L;
        long most = firstChunkAt + BodyCipher.MOST_CHUNKS * BodyCipher.SEALED_CHUNK_BYTES + 16;
        for (long size : new long[] {most, most + 5, Long.MAX_VALUE}) {
            assertThatExceptionOfType(OpeningFailedException.class)
                    .isThrownBy(() -> BodyLayout.of(firstChunkAt, size));
        }
        long last = most - BodyCipher.SEALED_CHUNK_BYTES;
        assertThat(BodyLayout.of(firstChunkAt, last).lastChunk())
                .isEqualTo(BodyCipher.MOST_CHUNKS - 1);
    }

    @Test
    void aWriterStopsAtTheLastChunkNumber() throws Exception {
        Door.Stored stored = door.seal(new byte[0]);
        byte[] context = BodyCipher.context(stored.header.hash());
        BodyCipher cipher = BodyCipher.derive(stored.dataKey.secret(), new byte[24], context);
        var preamble = Opener.preamble(new BytesSource(stored.bytes));
        var prepared =
                new BodyStream.Preparation(
                        stored.dataKey, preamble, cipher, BodyCipher.MOST_CHUNKS - 1);
        var stream = new SealingStream(prepared, stored.slot, OutputStream.nullOutputStream());
        stream.write(new byte[BodyCipher.CHUNK_BYTES]);
        assertThatIOException().isThrownBy(stream::finish).withMessageContaining("2^38");
        assertThatIOException().isThrownBy(stream::finish).withMessageContaining("broken");
        assertThatIllegalStateException()
                .isThrownBy(
                        () -> cipher.seal(BodyCipher.MOST_CHUNKS, new byte[1], 0, 1, new byte[17]));
    }

    @Test
    void aStoreThatEndsEarlyOrBreaksIsToldApart() throws Exception {
        Door.Stored stored = door.seal(Door.content(100));
        SealedSource shorter =
                new BytesSource(stored.bytes) {
                    @Override
                    public long size() {
                        return stored.bytes.length + 10L;
                    }
                };
        assertThatExceptionOfType(OpeningFailedException.class)
                .isThrownBy(() -> door.open(stored, shorter));
        SealedSource broken =
                new BytesSource(stored.bytes) {
                    @Override
                    public int read(long position, ByteBuffer into) throws IOException {
                        throw new IOException("input/output error");
                    }
                };
        assertThatIOException()
                .isThrownBy(() -> door.open(stored, broken))
                .withMessage("input/output error");
    }

    @Test
    void onlyTheCommitmentTellsTheTwoKeysOfASalamander() throws Exception {
        byte[] file = Files.readAllBytes(VectorsTest.DIRECTORY.resolve("5.1-two-keys.vector"));
        VectorFile vector = VectorFile.parse(file);
        byte[] object = vector.object();
        var preamble = ObjectPreamble.atStartOf(object);
        String[] spool = vector.one("spool key").split(" ", -1);
        byte[] seed = HexFormat.of().parseHex(spool[1]);
        var slot = SpoolSlot.of(HexFormat.of().parseHex(vector.one("spool slot")));
        DataKey key = SpoolKeyPair.importSecret(47, seed).open(slot, preamble.header());
        byte[] context = BodyCipher.context(preamble.header().hash());
        BodyCipher cipher = BodyCipher.derive(key.secret(), preamble.salt(), context);
        byte[] chunk = Arrays.copyOfRange(object, preamble.size(), object.length);

        assertThat(cipher.open(0, chunk, 0, chunk.length, new byte[16384], 0)).isEqualTo(40);
        assertThatExceptionOfType(OpeningFailedException.class)
                .isThrownBy(() -> cipher.requireCommitment(preamble.commitment()));
    }
}
