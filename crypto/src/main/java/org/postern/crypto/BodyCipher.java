package org.postern.crypto;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.postern.crypto.sealed.OpeningFailedException;

/// The body of an object, chunk by chunk: C2SP chunked-encryption v1 with HKDF-Expand-SHA-512 and
/// AES-256-GCM (docs/format.md, section 5). For one thread.
final class BodyCipher {

    static final int CHUNK_BYTES = 16 * 1024;
    static final int SEALED_CHUNK_BYTES = CHUNK_BYTES + AesGcm.TAG_BYTES;
    static final int SALT_BYTES = 24;
    static final int COMMITMENT_BYTES = 32;

    /// C2SP chunked-encryption, "Message chunking": the counter MUST NOT reach this.
    static final long MOST_CHUNKS = 1L << 38;

    private static final byte[] INFO =
            "c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM".getBytes(US_ASCII);

    private final SecretKeySpec key;
    private final byte[] baseNonce;
    private final byte[] commitment;
    private final Cipher cipher = AesGcm.cipher();

    private BodyCipher(SecretKeySpec key, byte[] baseNonce, byte[] commitment) {
        this.key = key;
        this.baseNonce = baseNonce;
        this.commitment = commitment;
    }

    static BodyCipher derive(byte[] inputKey, byte[] salt, byte[] context) {
        byte[] info = new Bytes().add(INFO).add(0).add(salt).add(context).toArray();
        int length = Secret.BYTES + AesGcm.NONCE_BYTES + COMMITMENT_BYTES;
        byte[] output = Hkdf.expand(inputKey, info, length);
        SecretKeySpec key = new SecretKeySpec(output, 0, Secret.BYTES, "AES");
        int nonceEnd = Secret.BYTES + AesGcm.NONCE_BYTES;
        byte[] baseNonce = Arrays.copyOfRange(output, Secret.BYTES, nonceEnd);
        byte[] commitment = Arrays.copyOfRange(output, nonceEnd, length);
        Arrays.fill(output, (byte) 0);
        return new BodyCipher(key, baseNonce, commitment);
    }

    /// The context of a Postern object's body: docs/format.md, section 5.1.
    static byte[] context(byte[] headerHash) {
        return Bytes.label("postern").add(headerHash).toArray();
    }

    byte[] commitment() {
        return commitment.clone();
    }

    /// A reader MUST do this, in constant time, before it opens any chunk.
    void requireCommitment(byte[] stored) throws OpeningFailedException {
        if (!MessageDigest.isEqual(commitment, stored)) {
            throw new OpeningFailedException();
        }
    }

    /// The same keys in a cipher of its own, for another thread or stream.
    BodyCipher another() {
        return new BodyCipher(key, baseNonce, commitment);
    }

    int seal(long chunk, byte[] plain, int offset, int length, byte[] into) {
        try {
            AesGcm.init(cipher, Cipher.ENCRYPT_MODE, key, nonce(chunk));
            return cipher.doFinal(plain, offset, length, into, 0);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("AES-256-GCM refused to seal", impossible);
        }
    }

    /// Opens one chunk; nothing of it is used before this returns.
    int open(long chunk, byte[] sealed, int offset, int length, byte[] into, int intoOffset)
            throws OpeningFailedException {
        if (length < AesGcm.TAG_BYTES || length > SEALED_CHUNK_BYTES) {
            throw new OpeningFailedException();
        }
        try {
            AesGcm.init(cipher, Cipher.DECRYPT_MODE, key, nonce(chunk));
            return cipher.doFinal(sealed, offset, length, into, intoOffset);
        } catch (AEADBadTagException e) {
            throw new OpeningFailedException();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("AES-256-GCM refused to open", impossible);
        }
    }

    private byte[] nonce(long chunk) {
        if (chunk < 0 || chunk >= MOST_CHUNKS) {
            throw new IllegalStateException("chunk number out of range");
        }
        byte[] nonce = baseNonce.clone();
        ByteBuffer last = ByteBuffer.wrap(nonce, AesGcm.NONCE_BYTES - 8, 8);
        last.putLong(AesGcm.NONCE_BYTES - 8, last.getLong(AesGcm.NONCE_BYTES - 8) ^ chunk);
        return nonce;
    }
}
