package org.postern.crypto;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;

/// Randomness that comes out the same on every run: SHA-256 of a name and a counter. For vectors
/// only.
final class FixedRandom extends SecureRandom {

    private static final long serialVersionUID = 1L;

    private final byte[] name;
    private long counter;

    FixedRandom(String name) {
        this.name = name.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void nextBytes(byte[] bytes) {
        ByteBuffer out = ByteBuffer.wrap(bytes);
        while (out.hasRemaining()) {
            byte[] block = nextBlock();
            out.put(block, 0, Math.min(block.length, out.remaining()));
        }
    }

    private byte[] nextBlock() {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(name);
            sha256.update(ByteBuffer.allocate(8).putLong(counter++).flip());
            return sha256.digest();
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
