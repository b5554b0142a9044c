package org.postern.crypto;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Objects;
import org.postern.crypto.sealed.ObjectHeader;
import org.postern.crypto.sealed.ObjectPreamble;

/// Plaintext in, sealed chunks out (docs/format.md, section 5). For one thread.
abstract sealed class BodyStream extends OutputStream permits DraftSealingStream, SealingStream {

    private final DataKey dataKey;
    private final ObjectPreamble preamble;
    private final BodyCipher cipher;
    private final OutputStream out;

    private final byte[] plain = new byte[BodyCipher.CHUNK_BYTES];
    private final byte[] sealed = new byte[BodyCipher.SEALED_CHUNK_BYTES];
    private int filled;
    private long chunk;
    private boolean open = true;

    BodyStream(Preparation prepared, OutputStream out) {
        this.dataKey = prepared.dataKey();
        this.preamble = prepared.preamble();
        this.cipher = prepared.cipher();
        this.chunk = prepared.firstChunk();
        this.out = out;
    }

    /// What is settled before the first byte of content.
    ///
    /// @param firstChunk 0, save in the test of the counter's end
    record Preparation(
            DataKey dataKey, ObjectPreamble preamble, BodyCipher cipher, long firstChunk) {}

    public final ObjectHeader header() {
        return preamble.header();
    }

    /// The bytes before the first chunk, which admission needs to check the seal.
    public final ObjectPreamble preamble() {
        return preamble;
    }

    /// A key for records that belong to this object, as its SMTP envelope.
    public final RecordKey recordKey(String purpose) {
        return dataKey.recordKey(purpose);
    }

    /// For whoever must read back what he has just sealed; it is never stored.
    public final DataKey dataKey() {
        return dataKey;
    }

    @Override
    public final void write(int octet) throws IOException {
        requireOpen();
        plain[filled++] = (byte) octet;
        if (filled == plain.length) {
            sealChunk(plain, 0, filled);
        }
    }

    @Override
    public final void write(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        requireOpen();
        int from = offset;
        int end = offset + length;
        while (from < end) {
            if (filled == 0 && end - from >= plain.length) {
                sealChunk(bytes, from, plain.length);
                from += plain.length;
                continue;
            }
            int taken = Math.min(plain.length - filled, end - from);
            System.arraycopy(bytes, from, plain, filled, taken);
            filled += taken;
            from += taken;
            if (filled == plain.length) {
                sealChunk(plain, 0, filled);
            }
        }
    }

    /// Passes on what is sealed; a chunk that is not full stays here, since only the last may be
    /// short.
    @Override
    public final void flush() throws IOException {
        out.flush();
    }

    /// Writes the last chunk, which is short or empty; without it the object never opens. Leaves
    /// the underlying stream open, for its owner to force to disk.
    public final void finish() throws IOException {
        requireOpen();
        sealChunk(plain, 0, filled);
        end();
        out.flush();
    }

    /// Ends the stream. Without [#finish()] before it, what was written is a truncated object.
    @Override
    public final void close() {
        end();
    }

    private void sealChunk(byte[] from, int offset, int length) throws IOException {
        if (chunk >= BodyCipher.MOST_CHUNKS) {
            end();
            throw new IOException("an object has at most 2^38 chunks");
        }
        int size = cipher.seal(chunk, from, offset, length, sealed);
        chunk++;
        filled = 0;
        try {
            out.write(sealed, 0, size);
        } catch (IOException e) {
            // Whether the chunk arrived is unknown, so nothing may follow it.
            end();
            throw e;
        }
    }

    private void requireOpen() throws IOException {
        if (!open) {
            throw new IOException("this object is finished, closed or broken");
        }
    }

    private void end() {
        open = false;
        filled = 0;
        Arrays.fill(plain, (byte) 0);
    }
}
