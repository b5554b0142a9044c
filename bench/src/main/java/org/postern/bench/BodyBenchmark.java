package org.postern.bench;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.postern.crypto.Content;
import org.postern.crypto.DataKey;
import org.postern.crypto.Opener;
import org.postern.crypto.SealedSource;
import org.postern.crypto.SealingStream;
import org.postern.crypto.sealed.ObjectHeader;
import org.postern.crypto.sealed.OpeningFailedException;

/// One whole object: sealed as it is at the door (data key, spool slot, signature, chunks), and
/// opened as it is for a reader (signature, commitment, every chunk).
@State(Scope.Thread)
public class BodyBenchmark {

    /// As a socket or a disk gives it.
    private static final int WRITE_BYTES = 16 * 1024;

    /// How large the content is.
    @Param({"16384", "262144", "4194304", "67108864", "100000000"})
    public int bytes;

    private DoorScene door = new DoorScene();
    private byte[] content = new byte[0];
    private byte[] buffer = new byte[0];
    private SealedSource stored = new BytesSource(content);
    private ObjectHeader header = door.header();
    private DataKey dataKey = DataKey.generate(door.random);
    private final BareCipher bare = new BareCipher(door.random);

    /// Seals one object to be opened again and again.
    @Setup
    public void sealOne() throws IOException, OpeningFailedException {
        content = new byte[bytes];
        door.random.nextBytes(content);
        buffer = new byte[64 * 1024];
        header = door.header();
        var sealed = new ByteArrayOutputStream(bytes + bytes / 512 + 4096);
        try (SealingStream stream = door.sealer.begin(header, sealed)) {
            write(stream);
            dataKey = door.spoolKey.open(stream.slot(), header);
        }
        stored = new BytesSource(sealed.toByteArray());
    }

    /// Seals an object; its bytes go nowhere.
    @Benchmark
    public Object seal() throws IOException {
        try (SealingStream stream =
                door.sealer.begin(door.header(), OutputStream.nullOutputStream())) {
            write(stream);
            return stream.slot();
        }
    }

    /// Opens it and reads it to the end.
    @Benchmark
    public long open() throws IOException, OpeningFailedException {
        long sum = 0;
        try (Content opened =
                        Opener.open(
                                stored,
                                header.tenant(),
                                header.object(),
                                dataKey,
                                door.instanceKey.publicKey());
                InputStream in = opened.stream()) {
            int count;
            while ((count = in.read(buffer)) >= 0) {
                sum += count;
            }
        }
        return sum;
    }

    /// The same with the hash of the content, which delivery makes of what it opens.
    @Benchmark
    public byte[] openAndHash() throws IOException, OpeningFailedException {
        try (Content opened =
                        Opener.open(
                                stored,
                                header.tenant(),
                                header.object(),
                                dataKey,
                                door.instanceKey.publicKey());
                InputStream in = opened.stream()) {
            MessageDigest hash = sha256();
            int count;
            while ((count = in.read(buffer)) >= 0) {
                hash.update(buffer, 0, count);
            }
            return hash.digest();
        }
    }

    /// As [#seal], with the hash of the content besides.
    @Benchmark
    public byte[] sealAndHash() throws IOException {
        MessageDigest hash = sha256();
        try (SealingStream stream =
                door.sealer.begin(door.header(), OutputStream.nullOutputStream())) {
            for (int from = 0; from < content.length; from += WRITE_BYTES) {
                int length = Math.min(WRITE_BYTES, content.length - from);
                hash.update(content, from, length);
                stream.write(content, from, length);
            }
            stream.finish();
        }
        return hash.digest();
    }

    /// The yardstick beside openssl: the JDK's cipher over the same bytes in the same pieces, and
    /// nothing around it.
    @Benchmark
    public long bareCipher() {
        return bare.seal(content);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private void write(SealingStream stream) throws IOException {
        for (int from = 0; from < content.length; from += WRITE_BYTES) {
            stream.write(content, from, Math.min(WRITE_BYTES, content.length - from));
        }
        stream.finish();
    }
}
