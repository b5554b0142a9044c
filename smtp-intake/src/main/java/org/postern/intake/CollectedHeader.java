package org.postern.intake;

import java.util.Arrays;

/// A header section as it comes, held in memory until it is complete.
final class CollectedHeader {

    private final int mostBytes;
    private byte[] bytes = new byte[8 * 1024];
    private int length;
    private int lineStart;
    private boolean complete;

    CollectedHeader(int mostBytes) {
        this.mostBytes = mostBytes;
    }

    /// Takes what belongs to the section, its empty line included, and says how many bytes that
    /// were: fewer than given if it is complete, or over its limit.
    int add(byte[] from, int offset, int count) {
        for (int i = 0; i < count; i++) {
            if (complete || length == mostBytes) {
                return i;
            }
            if (length == bytes.length) {
                grow();
            }
            byte c = from[offset + i];
            bytes[length++] = c;
            if (c == '\n') {
                complete = length - lineStart == 2;
                lineStart = length;
            }
        }
        return count;
    }

    boolean isComplete() {
        return complete;
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, length);
    }

    void wipe() {
        Arrays.fill(bytes, (byte) 0);
        length = 0;
    }

    private void grow() {
        byte[] larger = Arrays.copyOf(bytes, Math.min(mostBytes, bytes.length * 2));
        Arrays.fill(bytes, (byte) 0);
        bytes = larger;
    }
}
