package org.postern.intake;

import java.io.IOException;

/// Reads the content of DATA to its end and takes the stuffed dots out (RFC 5321, section 4.5.2).
///
/// CRLF.CRLF ends it and nothing that only looks alike: whoever takes `LF.LF` for an end lets a
/// client smuggle a second message past the server before us (CVE-2023-51764).
final class DotTerminated {

    private static final byte[] CR = {'\r'};

    private enum At {
        LINE_START,
        DOT,
        DOT_CR,
        TEXT,
        TEXT_CR
    }

    private final Wire wire;
    private final Deadline deadline;
    private At at = At.LINE_START;

    DotTerminated(Wire wire, Deadline deadline) {
        this.wire = wire;
        this.deadline = deadline;
    }

    /// Gives everything before the end to `content`, whether that still wants it or not. False if
    /// there is so much of it that the end is not waited for.
    boolean readInto(IncomingContent content) throws IOException {
        wire.expectContent();
        while (true) {
            wire.await(deadline);
            if (readBuffer(content)) {
                return true;
            }
            if (content.isFarTooMuch()) {
                return false;
            }
        }
    }

    private boolean readBuffer(IncomingContent content) {
        byte[] bytes = wire.buffer();
        int limit = wire.limit();
        int start = wire.position(); // of what is to be given on
        for (int i = start; i < limit; i++) {
            byte c = bytes[i];
            switch (at) {
                case LINE_START -> {
                    if (c == '.') {
                        content.add(bytes, start, i - start);
                        start = i + 1;
                        at = At.DOT;
                    } else {
                        at = c == '\r' ? At.TEXT_CR : At.TEXT;
                    }
                }
                case DOT -> {
                    if (c == '\r') {
                        start = i + 1;
                        at = At.DOT_CR;
                    } else {
                        at = At.TEXT;
                    }
                }
                case DOT_CR -> {
                    if (c == '\n') {
                        wire.readTo(i + 1);
                        return true;
                    }
                    content.add(CR, 0, 1);
                    at = c == '\r' ? At.TEXT_CR : At.TEXT;
                }
                case TEXT -> {
                    if (c == '\r') {
                        at = At.TEXT_CR;
                    }
                }
                case TEXT_CR -> {
                    if (c == '\n') {
                        at = At.LINE_START;
                    } else if (c != '\r') {
                        at = At.TEXT;
                    }
                }
            }
        }
        content.add(bytes, start, limit - start);
        wire.readTo(limit);
        return false;
    }
}
