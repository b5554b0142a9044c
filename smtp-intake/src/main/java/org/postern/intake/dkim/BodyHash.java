package org.postern.intake.dkim;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/// SHA-256 of a canonical body (RFC 6376, sections 3.4.3 and 3.4.4), taken as it comes.
final class BodyHash {

    private final boolean relaxed;
    private final MessageDigest digest = sha256();
    private final byte[] canonical = new byte[8 * 1024];
    private int length;
    private long lineEnds; // not yet known to be followed by anything
    private boolean blank; // likewise
    private boolean cr;
    private boolean anything;
    private byte @Nullable [] result;

    BodyHash(boolean relaxed) {
        this.relaxed = relaxed;
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("this Java lacks SHA-256", impossible);
        }
    }

    void update(byte[] bytes, int offset, int count) {
        for (int i = offset; i < offset + count; i++) {
            add(bytes[i]);
        }
    }

    private void add(byte b) {
        if (cr) {
            cr = false;
            if (b == '\n') {
                lineEnds++;
                blank = false;
                return;
            }
            word((byte) '\r');
        }
        if (b == '\r') {
            cr = true;
        } else if (relaxed && (b == ' ' || b == '\t')) {
            blank = true;
        } else {
            word(b);
        }
    }

    private void word(byte b) {
        while (lineEnds > 0) {
            lineEnds--;
            put((byte) '\r');
            put((byte) '\n');
        }
        if (blank) {
            blank = false;
            put((byte) ' ');
        }
        put(b);
        anything = true;
    }

    private void put(byte b) {
        if (length == canonical.length) {
            digest.update(canonical, 0, length);
            length = 0;
        }
        canonical[length++] = b;
    }

    /// The end: empty lines there do not count, and the last line has an end. Of an empty body one
    /// line end remains, if it is simple.
    byte[] finish() {
        if (result == null) {
            if (cr) {
                cr = false;
                word((byte) '\r');
            }
            if (anything || !relaxed) {
                put((byte) '\r');
                put((byte) '\n');
            }
            digest.update(canonical, 0, length);
            result = digest.digest();
        }
        return result.clone();
    }
}
