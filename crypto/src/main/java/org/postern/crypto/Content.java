package org.postern.crypto;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.postern.crypto.sealed.ObjectHeader;
import org.postern.crypto.sealed.OpeningFailedException;

/// An opened object: its plaintext, from any place, one checked chunk after another.
///
/// Many streams may be read at once, each by one thread.
public final class Content implements Closeable {

    private final SealedSource source;
    private final ObjectHeader header;
    private final BodyLayout layout;
    private final BodyCipher cipher;

    private Content(
            SealedSource source, ObjectHeader header, BodyLayout layout, BodyCipher cipher) {
        this.source = source;
        this.header = header;
        this.layout = layout;
        this.cipher = cipher;
    }

    /// Opens the last chunk at once, which proves the length (C2SP chunked-encryption,
    /// "Implementation notes"); [#size()] could not be believed otherwise.
    static Content open(
            SealedSource source, ObjectHeader header, long firstChunkAt, BodyCipher cipher)
            throws IOException, OpeningFailedException {
        BodyLayout layout = BodyLayout.of(firstChunkAt, source.size());
        Content content = new Content(source, header, layout, cipher);
        byte[] sealed = new byte[layout.sealedLength(layout.lastChunk())];
        long last = layout.lastChunk();
        Opener.readFully(source, layout.position(last), sealed, sealed.length);
        cipher.open(last, sealed, 0, sealed.length, new byte[BodyCipher.CHUNK_BYTES], 0);
        return content;
    }

    public ObjectHeader header() {
        return header;
    }

    /// How many bytes the plaintext has.
    public long size() {
        return layout.size();
    }

    /// All of it. A chunk that does not open ends the stream with a [ContentDamagedException].
    public InputStream stream() {
        return stream(0, size());
    }

    /// `length` bytes from `offset`; only the chunks in which they lie are read.
    public InputStream stream(long offset, long length) {
        Objects.checkFromIndexSize(offset, length, size());
        return new ContentStream(source, layout, cipher.another(), offset, length);
    }

    /// Closes the stored object too.
    @Override
    public void close() throws IOException {
        source.close();
    }
}
