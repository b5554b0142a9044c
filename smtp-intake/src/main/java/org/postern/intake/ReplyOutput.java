package org.postern.intake;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/// Collects replies and sends them together, as PIPELINING asks (RFC 2920, section 3.2): when
/// nothing of what the client sent is left to be read, and at the end. To be flushed is therefore
/// no reason to send.
final class ReplyOutput extends OutputStream {

    private static final int SEND_BYTES = 4 * 1024;

    private final Connection connection;
    private final ByteArrayOutputStream waiting = new ByteArrayOutputStream(256);

    ReplyOutput(Connection connection) {
        this.connection = connection;
    }

    void line(String line) throws IOException {
        write((line + "\r\n").getBytes(US_ASCII));
    }

    @Override
    public void write(int b) throws IOException {
        waiting.write(b);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        waiting.write(bytes, offset, length);
        if (waiting.size() > SEND_BYTES) {
            send();
        }
    }

    @Override
    public void flush() {}

    void send() throws IOException {
        if (waiting.size() > 0) {
            byte[] bytes = waiting.toByteArray();
            waiting.reset();
            connection.write(bytes);
        }
    }

    /// The connection closes itself.
    @Override
    public void close() {}
}
