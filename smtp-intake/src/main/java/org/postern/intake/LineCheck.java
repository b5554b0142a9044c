package org.postern.intake;

/// Whether content consists of lines that end in CRLF, and of no other CR, LF or NUL (RFC 5321,
/// section 2.3.8), each of them of bearable length.
final class LineCheck {

    /// Standards say 998 (RFC 5322, section 2.1.1); much that is sent is longer and harmless.
    private static final int LONGEST_LINE = 64 * 1024;

    private boolean afterCr;
    private boolean malformed;
    private boolean tooLong;
    private int length;

    void add(byte[] bytes, int offset, int count) {
        boolean cr = afterCr;
        int line = length;
        for (int i = offset; i < offset + count; i++) {
            byte c = bytes[i];
            if (c == '\n') {
                malformed |= !cr;
                line = 0;
                cr = false;
            } else {
                malformed |= cr || c == 0;
                tooLong |= ++line > LONGEST_LINE + 1;
                cr = c == '\r';
            }
        }
        afterCr = cr;
        length = line;
    }

    boolean isMalformed() {
        return malformed;
    }

    boolean isMalformedAtEnd() {
        return malformed || afterCr;
    }

    boolean isTooLong() {
        return tooLong;
    }
}
