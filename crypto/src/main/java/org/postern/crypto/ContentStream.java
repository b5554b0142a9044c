package org.postern.crypto;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Objects;
import org.postern.crypto.sealed.OpeningFailedException;

/// Reads a range of plaintext. No byte of a chunk is given before the whole chunk has been checked.
final class ContentStream extends InputStream {

    /// Chunks are fetched in runs, since each fetch may be a system call or a request.
    private static final int LONGEST_RUN = 8;

    private final SealedSource source;
    private final BodyLayout layout;
    private final BodyCipher cipher;
    private final long end;
    private final byte[] sealed;
    private final byte[] plain;

    private long position;
    private long plainFrom;
    private long plainEnd;
    private boolean damaged;
    private boolean closed;

    ContentStream(
            SealedSource source, BodyLayout layout, BodyCipher cipher, long offset, long length) {
        this.source = source;
        this.layout = layout;
        this.cipher = cipher;
        this.position = offset;
        this.end = offset + length;
        int run =
                length == 0
                        ? 0
                        : (int) Math.min(LONGEST_RUN, chunkOf(end - 1) - chunkOf(offset) + 1);
        this.sealed = new byte[run * BodyCipher.SEALED_CHUNK_BYTES];
        this.plain = new byte[run * BodyCipher.CHUNK_BYTES];
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        if (closed) {
            throw new IOException("stream closed");
        }
        if (length == 0) {
            return 0;
        }
        if (position == end) {
            return -1;
        }
        if (position < plainFrom || position >= plainEnd) {
            fill();
        }
        int given = (int) Math.min(length, Math.min(plainEnd, end) - position);
        System.arraycopy(plain, (int) (position - plainFrom), into, offset, given);
        position += given;
        return given;
    }

    @Override
    public long skip(long count) {
        long skipped = Math.clamp(count, 0, end - position);
        position += skipped;
        return skipped;
    }

    /// What can be read without fetching more.
    @Override
    public int available() {
        boolean within = position >= plainFrom && position < plainEnd;
        return within ? (int) (Math.min(plainEnd, end) - position) : 0;
    }

    @Override
    public void close() {
        closed = true;
        Arrays.fill(plain, (byte) 0);
    }

    private void fill() throws IOException {
        try {
            if (damaged) {
                throw new OpeningFailedException();
            }
            long first = chunkOf(position);
            long last =
                    Math.min(chunkOf(end - 1), first + plain.length / BodyCipher.CHUNK_BYTES - 1);
            int length =
                    (int) (layout.position(last) - layout.position(first))
                            + layout.sealedLength(last);
            Opener.readFully(source, layout.position(first), sealed, length);
            plainFrom = first * BodyCipher.CHUNK_BYTES;
            plainEnd = plainFrom;
            int from = 0;
            for (long chunk = first; chunk <= last; chunk++) {
                int size = layout.sealedLength(chunk);
                plainEnd +=
                        cipher.open(chunk, sealed, from, size, plain, (int) (plainEnd - plainFrom));
                from += size;
            }
        } catch (OpeningFailedException e) {
            damaged = true;
            // Chunks of this run that did open are withheld with the one that did not.
            plainEnd = plainFrom;
            throw new ContentDamagedException(e);
        }
    }

    private static long chunkOf(long position) {
        return position / BodyCipher.CHUNK_BYTES;
    }
}
