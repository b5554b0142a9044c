package org.postern.mail.mime;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/// Walks over content line by line in constant memory and knows where it is to the byte.
///
/// mime4j gives streams and no offsets (its buffers read ahead, and its `PositionInputStream`
/// counts what was buffered), but the portal must find a part in the sealed content; hence a
/// scanner of our own for the one thing that RFC 2046, section 5.1 asks: lines that begin with
/// `--`.
final class ContentScanner {

    /// The beginning of a line that is in memory while it is looked at.
    static final int LONGEST_PREFIX = 32 * 1024;

    /// Bytes before the line that are still in memory: the line end that belongs to a delimiter.
    private static final int HISTORY = 2;

    private final InputStream in;
    private final byte[] buffer = new byte[4 * LONGEST_PREFIX];
    private long base;
    private int position;
    private int limit;
    private boolean ended;

    ContentScanner(InputStream in) {
        this.in = in;
    }

    /// Where the scanner stands: always at the beginning of a line, or at the end.
    long offset() {
        return base + position;
    }

    boolean atEnd() throws IOException {
        return available(1) == 0;
    }

    /// Where content ends if this line is a delimiter: its line end is the delimiter's (RFC 2046,
    /// section 5.1.1).
    long endOfContentBefore() {
        int end = position;
        if (end > 0 && buffer[end - 1] == '\n') {
            end--;
            if (end > 0 && buffer[end - 1] == '\r') {
                end--;
            }
        }
        return base + end;
    }

    /// Whether this line could be a delimiter.
    boolean atDashes() throws IOException {
        return available(2) >= 2 && buffer[position] == '-' && buffer[position + 1] == '-';
    }

    /// Goes to the next line that could be a delimiter, this one included; false at the end of the
    /// content.
    boolean findDashes() throws IOException {
        while (true) {
            if (atDashes()) {
                return true;
            }
            if (atEnd()) {
                return false;
            }
            skipLine();
        }
    }

    /// Whether this line begins with `delimiter` as mime4j sees it: white space, `--` or the end of
    /// the content follows.
    boolean startsWith(byte[] delimiter) throws IOException {
        int have = available(delimiter.length + 2);
        if (have < delimiter.length) {
            return false;
        }
        for (int i = 2; i < delimiter.length; i++) {
            if (buffer[position + i] != delimiter[i]) {
                return false;
            }
        }
        if (have == delimiter.length) {
            return true;
        }
        byte next = buffer[position + delimiter.length];
        return next == ' '
                || next == '\t'
                || next == '\r'
                || next == '\n'
                || (next == '-'
                        && have >= delimiter.length + 2
                        && buffer[position + delimiter.length + 1] == '-');
    }

    /// What followed the boundary on its line.
    enum AfterBoundary {
        NEXT_PART,
        CLOSED,
        END_OF_CONTENT
    }

    /// Goes past the delimiter line. `--` anywhere behind the boundary closes the multipart, as
    /// with mime4j.
    AfterBoundary skipDelimiter(int length) throws IOException {
        position += length;
        boolean closed = false;
        byte before = 0;
        while (available(1) > 0) {
            byte b = buffer[position++];
            if (b == '\n') {
                return closed ? AfterBoundary.CLOSED : AfterBoundary.NEXT_PART;
            }
            closed = closed || (b == '-' && before == '-');
            before = b;
        }
        return closed ? AfterBoundary.CLOSED : AfterBoundary.END_OF_CONTENT;
    }

    void skipLine() throws IOException {
        while (true) {
            byte[] bytes = buffer;
            int end = limit;
            for (int i = position; i < end; i++) {
                if (bytes[i] == '\n') {
                    position = i + 1;
                    return;
                }
            }
            position = limit;
            if (available(1) == 0) {
                return;
            }
        }
    }

    /// Copies this line, with its end, and goes past it.
    ///
    /// @return false once `out` would hold more than `most` bytes; the rest of the line is not read
    ///   then
    boolean copyLine(ByteArrayOutputStream out, int most) throws IOException {
        while (available(1) > 0) {
            int end = position;
            while (end < limit && buffer[end] != '\n') {
                end++;
            }
            boolean complete = end < limit;
            int to = complete ? end + 1 : end;
            if (out.size() + (to - position) > most) {
                return false;
            }
            out.write(buffer, position, to - position);
            position = to;
            if (complete) {
                return true;
            }
        }
        return true;
    }

    /// Whether this line is empty.
    boolean atEmptyLine() throws IOException {
        int have = available(2);
        return have > 0
                && (buffer[position] == '\n'
                        || (buffer[position] == '\r'
                                && (have == 1 || buffer[position + 1] == '\n')));
    }

    void skipToEnd() throws IOException {
        while (available(1) > 0) {
            position = limit;
        }
    }

    /// How many of `wanted` bytes lie ahead; fewer only at the end of the content.
    private int available(int wanted) throws IOException {
        while (limit - position < wanted && !ended) {
            if (buffer.length - position < wanted || position == limit) {
                compact();
            }
            int read = in.read(buffer, limit, buffer.length - limit);
            if (read < 0) {
                ended = true;
            } else {
                limit += read;
            }
        }
        return Math.min(wanted, limit - position);
    }

    private void compact() {
        int keep = Math.max(0, position - HISTORY);
        System.arraycopy(buffer, keep, buffer, 0, limit - keep);
        base += keep;
        position -= keep;
        limit -= keep;
    }
}
