package org.postern.mail.spool;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import org.postern.crypto.InstanceCertificate;
import org.postern.crypto.Opener;
import org.postern.crypto.SealedSource;
import org.postern.crypto.sealed.ObjectHeader;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.SealedRecord;
import org.postern.crypto.sealed.SpoolSlot;

/// What stands in a spool file before the sealed object: `PSE1`, then certificate, spool slot and
/// sealed envelope, each after its length in four bytes.
///
/// @param objectOffset where in the file the sealed object begins
record SpoolEntry(
        InstanceCertificate certificate,
        SpoolSlot slot,
        SealedRecord envelope,
        ObjectHeader header,
        long objectOffset) {

    private static final byte[] MAGIC = "PSE1".getBytes(US_ASCII);
    private static final int LONGEST_FIELD_BYTES = 16 << 20;

    static void writePrefix(
            OutputStream out,
            InstanceCertificate certificate,
            SpoolSlot slot,
            SealedRecord envelope)
            throws IOException {
        out.write(MAGIC);
        for (byte[] field :
                new byte[][] {certificate.encode(), slot.toBytes(), envelope.toBytes()}) {
            out.write(ByteBuffer.allocate(Integer.BYTES).putInt(field.length).array());
            out.write(field);
        }
    }

    /// Reads the prefix and the object's header.
    static SpoolEntry read(FileChannel file) throws IOException, OpeningFailedException {
        file.position(0);
        DataInputStream in = new DataInputStream(Channels.newInputStream(file));
        if (!Arrays.equals(in.readNBytes(MAGIC.length), MAGIC)) {
            throw new OpeningFailedException();
        }
        InstanceCertificate certificate = InstanceCertificate.parse(field(in));
        SpoolSlot slot = SpoolSlot.of(field(in));
        SealedRecord envelope = SealedRecord.of(field(in));
        long offset = file.position();
        ObjectHeader header = Opener.header(new ObjectInFile(file, offset));
        return new SpoolEntry(certificate, slot, envelope, header, offset);
    }

    /// The sealed object in the file that this was read from, which closes with it.
    SealedSource object(FileChannel file) {
        return new ObjectInFile(file, objectOffset);
    }

    private static byte[] field(DataInputStream in) throws IOException, OpeningFailedException {
        byte[] stated = in.readNBytes(Integer.BYTES);
        if (stated.length != Integer.BYTES) {
            throw new OpeningFailedException();
        }
        int length = ByteBuffer.wrap(stated).getInt();
        if (length < 0 || length > LONGEST_FIELD_BYTES) {
            throw new OpeningFailedException();
        }
        byte[] bytes = in.readNBytes(length);
        if (bytes.length != length) {
            throw new OpeningFailedException();
        }
        return bytes;
    }

    private record ObjectInFile(FileChannel file, long offset) implements SealedSource {

        @Override
        public long size() throws IOException {
            return file.size() - offset;
        }

        @Override
        public int read(long position, ByteBuffer into) throws IOException {
            return file.read(into, offset + position);
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
