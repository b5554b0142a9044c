package org.postern.crypto;

import org.postern.crypto.sealed.OpeningFailedException;

/// Where the chunks of a body lie: docs/format.md, section 5.3.
///
/// @param firstChunkAt position of chunk 0 in the stored object
/// @param size length of the plaintext
record BodyLayout(long firstChunkAt, long size) {

    /// A reader MUST refuse a body whose last chunk would be full or shorter than a tag, and one of
    /// more than 2^38 chunks.
    static BodyLayout of(long firstChunkAt, long storedSize) throws OpeningFailedException {
        long sealed = storedSize - firstChunkAt;
        if (sealed < AesGcm.TAG_BYTES) {
            throw new OpeningFailedException();
        }
        long last = sealed / BodyCipher.SEALED_CHUNK_BYTES;
        long rest = sealed % BodyCipher.SEALED_CHUNK_BYTES;
        if (rest < AesGcm.TAG_BYTES || last >= BodyCipher.MOST_CHUNKS) {
            throw new OpeningFailedException();
        }
        long size = last * BodyCipher.CHUNK_BYTES + rest - AesGcm.TAG_BYTES;
        return new BodyLayout(firstChunkAt, size);
    }

    long lastChunk() {
        return size / BodyCipher.CHUNK_BYTES;
    }

    long position(long chunk) {
        return firstChunkAt + chunk * BodyCipher.SEALED_CHUNK_BYTES;
    }

    int sealedLength(long chunk) {
        if (chunk < lastChunk()) {
            return BodyCipher.SEALED_CHUNK_BYTES;
        }
        return (int) (size % BodyCipher.CHUNK_BYTES) + AesGcm.TAG_BYTES;
    }
}
