package org.postern.mail.spool;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/// Holds back the first bytes of the sealed object until the prefix that must stand before them is
/// known: the slot comes into being together with the object.
final class HeldBack extends OutputStream {

    private static final int BUFFER_BYTES = 128 * 1024;

    private final OutputStream file;
    private @Nullable ByteArrayOutputStream held = new ByteArrayOutputStream();

    HeldBack(FileChannel file) {
        this.file = new BufferedOutputStream(Channels.newOutputStream(file), BUFFER_BYTES);
    }

    /// Writes the prefix, then what was held, and holds nothing from now on.
    void release(Prefix prefix) throws IOException {
        prefix.write(file);
        ByteArrayOutputStream bytes = held;
        held = null;
        if (bytes != null) {
            bytes.writeTo(file);
        }
    }

    @Override
    public void write(int b) throws IOException {
        (held != null ? held : file).write(b);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        (held != null ? held : file).write(bytes, offset, length);
    }

    @Override
    public void flush() throws IOException {
        file.flush();
    }

    @FunctionalInterface
    interface Prefix {
        void write(OutputStream out) throws IOException;
    }
}
