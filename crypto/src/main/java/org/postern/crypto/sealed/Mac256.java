package org.postern.crypto.sealed;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// A SHA-256 or HMAC-SHA-256 value, by which something is found without being known.
public final class Mac256 extends SealedBytes {

    private static final int BYTES = 32;

    Mac256(byte[] bytes) {
        super(bytes);
    }

    public static Mac256 of(byte[] bytes) throws OpeningFailedException {
        requireLength(bytes, BYTES);
        return new Mac256(bytes);
    }

    /// SHA-256 of `bytes`.
    public static Mac256 sha256(byte[] bytes) {
        try {
            return new Mac256(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }
}
