package org.postern.mail.mime;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.apache.james.mime4j.codec.Base64InputStream;
import org.apache.james.mime4j.codec.QuotedPrintableInputStream;

/// Undoes the transfer encoding of a body (RFC 2045, section 6) while it streams, leniently and in
/// constant memory.
public final class DecodedPart {

    private DecodedPart() {}

    /// The content of the part as its sender had it before encoding.
    ///
    /// @param rawBody the bytes from the part's body offset, as many as its body length; closed
    ///   with the result
    public static InputStream stream(Part part, InputStream rawBody) {
        return switch (part.transferEncoding()) {
            case BASE64 -> new ClosedOnce(new Base64InputStream(rawBody), rawBody);
            case QUOTED_PRINTABLE ->
                    new ClosedOnce(
                            new QuotedPrintableInputStream(new LimitedBlanks(rawBody)), rawBody);
            case IDENTITY, OTHER -> rawBody;
        };
    }

    /// mime4j's decoders give their buffers back to a pool when closed. Closed a second time they
    /// would give them back again, and two messages would share a buffer; so nobody gets to do
    /// that, and the stream below is closed as well.
    private static final class ClosedOnce extends FilterInputStream {

        private final InputStream rawBody;
        private boolean closed;

        ClosedOnce(InputStream decoder, InputStream rawBody) {
            super(decoder);
            this.rawBody = rawBody;
        }

        @Override
        public int read() throws IOException {
            requireOpen();
            return super.read();
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            requireOpen();
            return length == 0 ? 0 : super.read(bytes, offset, length);
        }

        private void requireOpen() throws IOException {
            if (closed) {
                throw new IOException("closed");
            }
        }

        @Override
        public void close() throws IOException {
            if (!closed) {
                closed = true;
                super.close();
                rawBody.close();
            }
        }
    }

    /// mime4j keeps blanks in memory until it knows whether they end the line and are dropped (RFC
    /// 2045, section 6.7, rule 3). An encoded line has 76 characters; of 64 KiB of blanks in a row
    /// the rest is left out.
    private static final class LimitedBlanks extends FilterInputStream {

        private static final int MOST = 64 * 1024;

        private int blanks;

        LimitedBlanks(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            while (true) {
                int read = super.read(bytes, offset, length);
                int kept = read <= 0 ? read : withoutExcess(bytes, offset, read);
                if (kept != 0 || length == 0) {
                    return kept;
                }
            }
        }

        private int withoutExcess(byte[] bytes, int offset, int length) {
            int to = offset;
            for (int i = offset; i < offset + length; i++) {
                byte b = bytes[i];
                blanks = b != '\n' && Character.isWhitespace(b) ? blanks + 1 : 0;
                if (blanks <= MOST) {
                    bytes[to++] = b;
                }
            }
            return to - offset;
        }
    }
}
