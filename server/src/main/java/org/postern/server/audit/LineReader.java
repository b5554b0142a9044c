package org.postern.server.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/// Reads the lines of a file that may be hostile: each ends with a line feed and is not too long.
final class LineReader {

    private static final int LONGEST = 1 << 18;

    private final InputStream in;
    private long line;
    private boolean broken;

    /// Begins at the first line.
    ///
    /// @param in buffered
    LineReader(InputStream in) {
        this.in = in;
    }

    /// The next line, or empty at the end, or where a line is too long or does not end.
    Optional<String> next() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int octet = in.read();
        if (octet < 0) {
            return Optional.empty();
        }
        line++;
        while (octet != '\n') {
            if (octet < 0 || bytes.size() == LONGEST) {
                broken = true;
                return Optional.empty();
            }
            bytes.write(octet);
            octet = in.read();
        }
        return Optional.of(bytes.toString(UTF_8));
    }

    /// The number of the line that was read last, counted from 1.
    long line() {
        return line;
    }

    /// Whether the end came in the middle of a line.
    boolean isBroken() {
        return broken;
    }
}
