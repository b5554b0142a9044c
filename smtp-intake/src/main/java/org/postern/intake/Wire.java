package org.postern.intake;

import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;

/// What a client sends, as it comes. Every wait is bounded, and before each the replies go out.
/// There is much room only while content is read: most connections that are open are idle.
final class Wire {

    private static final int COMMAND_BYTES = 1024;
    private static final int CONTENT_BYTES = 16 * 1024; // a TLS record's: RFC 8446, section 5.1

    private final Connection connection;
    private final byte[] forCommands = new byte[COMMAND_BYTES];
    private byte[] buffer = forCommands;
    private int position;
    private int limit;

    Wire(Connection connection) {
        this.connection = connection;
    }

    /// Whether bytes are here that nobody has read yet.
    boolean hasBytes() {
        return position < limit;
    }

    /// Waits until there are some.
    void await(Deadline deadline) throws IOException {
        if (hasBytes()) {
            return;
        }
        position = 0;
        limit = 0;
        int count = connection.read(buffer, deadline);
        if (count < 0) {
            throw new EOFException();
        }
        limit = count;
        deadline.received(count);
    }

    /// Content follows: makes room for it.
    void expectContent() {
        if (buffer.length == CONTENT_BYTES) {
            return;
        }
        int unread = limit - position;
        buffer = new byte[CONTENT_BYTES];
        System.arraycopy(forCommands, position, buffer, 0, unread);
        Arrays.fill(forCommands, (byte) 0);
        position = 0;
        limit = unread;
    }

    byte[] buffer() {
        return buffer;
    }

    int position() {
        return position;
    }

    int limit() {
        return limit;
    }

    /// Everything before `to` was read.
    void readTo(int to) {
        position = to;
    }

    byte next() {
        return buffer[position++];
    }

    /// Forgets what was read: a transaction that ended leaves nothing in memory.
    void wipe() {
        Arrays.fill(buffer, 0, position, (byte) 0);
        if (!hasBytes()) {
            Arrays.fill(buffer, (byte) 0);
            buffer = forCommands;
            position = 0;
            limit = 0;
        }
    }
}
