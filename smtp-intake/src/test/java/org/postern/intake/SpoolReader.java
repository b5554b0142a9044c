package org.postern.intake;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.postern.crypto.Content;
import org.postern.crypto.DataKey;
import org.postern.crypto.InstanceCertificate;
import org.postern.crypto.Opener;
import org.postern.crypto.SealedSource;
import org.postern.crypto.SpoolKeyPair;
import org.postern.crypto.sealed.ObjectHeader;
import org.postern.crypto.sealed.ObjectPreamble;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.SealedRecord;
import org.postern.crypto.sealed.SpoolSlot;
import org.postern.db.Envelope;

/// Reads and opens what lies in a spool, as the key service could; an intake cannot.
final class SpoolReader {

    private final Path folder;
    private final SpoolKeyPair key;

    SpoolReader(Path folder, SpoolKeyPair key) {
        this.folder = folder;
        this.key = key;
    }

    Path folder() {
        return folder;
    }

    /// What was accepted, opened.
    record Opened(String id, Envelope envelope, Content content) implements AutoCloseable {

        byte[] bytes() {
            try (InputStream in = content.stream()) {
                return in.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() throws IOException {
            content.close();
        }
    }

    /// The names of all files there are, half-written ones too.
    List<String> files() {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Opened only() {
        List<String> files = files();
        if (files.size() != 1) {
            throw new AssertionError("not one entry: " + files);
        }
        return open(files.getFirst());
    }

    Opened open(String file) {
        Path path = folder.resolve(file);
        try {
            FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
            DataInputStream in =
                    new DataInputStream(new ByteArrayInputStream(firstBytes(path, 64 * 1024)));
            if (!"PSE1".equals(new String(in.readNBytes(4), US_ASCII))) {
                throw new AssertionError("not a spool entry");
            }
            byte[] certificate = in.readNBytes(in.readInt());
            byte[] slot = in.readNBytes(in.readInt());
            byte[] envelope = in.readNBytes(in.readInt());
            long offset = 4L + 3 * 4 + certificate.length + slot.length + envelope.length;
            SealedSource source = new Tail(channel, offset);
            ObjectHeader header = Opener.header(source);
            DataKey dataKey = key.open(SpoolSlot.of(slot), header);
            byte[] json =
                    dataKey.recordKey("envelope").open(SealedRecord.of(envelope), header.hash());
            Content content =
                    Opener.open(
                            source,
                            header.tenant(),
                            header.object(),
                            dataKey,
                            InstanceCertificate.parse(certificate).key(),
                            SpoolSlot.of(slot));
            return new Opened(file.substring(0, file.indexOf('.')), Envelope.decode(json), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (OpeningFailedException e) {
            throw new AssertionError(e);
        }
    }

    /// What opens the only entry there is.
    byte[] dataKeyOfOnly() {
        List<String> files = files();
        if (files.size() != 1) {
            throw new AssertionError("not one entry: " + files);
        }
        try {
            DataInputStream in =
                    new DataInputStream(
                            new ByteArrayInputStream(
                                    firstBytes(folder.resolve(files.getFirst()), 64 * 1024)));
            in.skipNBytes(4);
            in.skipNBytes(in.readInt());
            byte[] slot = in.readNBytes(in.readInt());
            in.skipNBytes(in.readInt());
            ObjectHeader header = ObjectPreamble.atStartOf(in.readAllBytes()).header();
            return key.open(SpoolSlot.of(slot), header).exportSecret();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (OpeningFailedException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] firstBytes(Path path, int count) throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            return in.readNBytes(count);
        }
    }

    private record Tail(FileChannel file, long offset) implements SealedSource {

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
