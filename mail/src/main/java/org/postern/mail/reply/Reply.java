package org.postern.mail.reply;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.Closeable;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.postern.db.MessageId;
import org.postern.mail.spool.Incoming;

/// A reply while it is written: every byte is sealed on its way to the spool, files of any size
/// included. Closed without [#send], nothing remains. For one thread.
public final class Reply implements Closeable {

    private static final Pattern MEDIA_TYPE =
            Pattern.compile("[a-zA-Z0-9.+_-]{1,60}/[a-zA-Z0-9.+_-]{1,60}");
    private static final Base64.Encoder LINES = Base64.getMimeEncoder(76, new byte[] {'\r', '\n'});

    private final Incoming out;
    private final String boundary;
    private boolean textWritten;

    Reply(Incoming out, ReplyHeader header, SecureRandom random) throws IOException {
        byte[] bytes = new byte[18];
        random.nextBytes(bytes);
        this.out = out;
        this.boundary = "postern_" + HexFormat.of().formatHex(bytes);
        try {
            out.write(header.encode(boundary));
        } catch (IOException | RuntimeException e) {
            out.close();
            throw e;
        }
    }

    /// Writes the text, once, before any file.
    public void text(String text) throws IOException {
        if (textWritten) {
            throw new IllegalStateException("the text was written");
        }
        textWritten = true;
        part("Content-Type: text/plain; charset=utf-8\r\n");
        try (OutputStream encoder = LINES.wrap(new Open(out))) {
            encoder.write(
                    text.lines()
                            .map(line -> line + "\r\n")
                            .collect(Collectors.joining())
                            .getBytes(UTF_8));
        }
        ascii("\r\n");
    }

    /// Begins a file; the caller writes its bytes and closes the stream before the next.
    ///
    /// @param mediaType as the browser says; nonsense becomes `application/octet-stream`
    public OutputStream attach(String fileName, String mediaType) throws IOException {
        if (!textWritten) {
            text("");
        }
        String type =
                MEDIA_TYPE.matcher(mediaType).matches() ? mediaType : "application/octet-stream";
        part(
                "Content-Type: "
                        + type
                        + "\r\nContent-Disposition: attachment; "
                        + ReplyHeader.parameters(fileName)
                        + "\r\n");
        return LINES.wrap(
                new Open(out) {
                    @Override
                    public void close() throws IOException {
                        ascii("\r\n");
                    }
                });
    }

    /// Ends the reply. Returning is the promise that it will arrive.
    public MessageId send() throws IOException {
        if (!textWritten) {
            text("");
        }
        ascii("--" + boundary + "--\r\n");
        return out.accept();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }

    private void part(String fields) throws IOException {
        ascii("--" + boundary + "\r\n" + fields + "Content-Transfer-Encoding: base64\r\n\r\n");
    }

    private void ascii(String text) throws IOException {
        out.write(text.getBytes(US_ASCII));
    }

    /// Lets an encoder be closed while the reply stays open.
    private static class Open extends FilterOutputStream {

        Open(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
        }

        @Override
        public void close() throws IOException {
            flush();
        }
    }
}
