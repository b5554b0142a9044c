package org.postern.mail.spool;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.postern.crypto.Content;
import org.postern.crypto.SealingStream;
import org.postern.db.MessageId;

/// A message on its way into the spool. What is written is sealed at once; only ciphertext reaches
/// the disk. Closed without [#accept], nothing of it remains. For one thread.
public final class Incoming extends OutputStream {

    private final Spool spool;
    private final MessageId id;
    private final Path half;
    private final FileChannel file;
    private final HeldBack out;
    private final SealingStream sealed;
    private boolean ended;

    Incoming(
            Spool spool,
            MessageId id,
            Path half,
            FileChannel file,
            HeldBack out,
            SealingStream sealed) {
        this.spool = spool;
        this.id = id;
        this.half = half;
        this.file = file;
        this.out = out;
        this.sealed = sealed;
    }

    @Override
    public void write(int b) throws IOException {
        sealed.write(b);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        sealed.write(bytes, offset, length);
    }

    /// Ends the message and forces it to disk. Returning is the promise that it is ours; throwing,
    /// that nothing of it remains.
    public MessageId accept() throws IOException {
        sealed.finish();
        out.flush();
        spool.accept(id, half, file);
        ended = true;
        return id;
    }

    /// Ends the message and gives it back in clear, without accepting it, now or ever: for whoever
    /// had to see its end to know that it does not stay here. Its data key is in memory for that
    /// long and nowhere else.
    public Content readBack() throws IOException {
        sealed.finish();
        out.flush();
        return spool.readBack(half, sealed);
    }

    /// Removes what was written, unless it was accepted.
    @Override
    public void close() throws IOException {
        if (!ended) {
            ended = true;
            try {
                file.close();
            } finally {
                Files.deleteIfExists(half);
            }
        }
    }
}
