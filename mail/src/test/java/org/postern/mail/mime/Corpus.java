package org.postern.mail.mime;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The example messages of Apache James Mime4j, as they would come in by SMTP.
final class Corpus {

    private static final Path ROOT = Path.of("src/test/resources/mime4j");

    private Corpus() {}

    /// Every message, by its path without `.msg`.
    static List<Path> messages() {
        try (var files = Files.walk(ROOT)) {
            return files.filter(file -> file.toString().endsWith(".msg"))
                    .map(file ->
                            file.resolveSibling(file.getFileName().toString().replace(".msg", "")))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The message with every line ended by CRLF, the last one too, as RFC 5321 wants it.
    static byte[] content(Path message) {
        byte[] content = withCrlf(bytes(message, ".msg"));
        boolean ended = content.length > 0 && content[content.length - 1] == '\n';
        return ended
                ? content
                : withCrlf(concat(content, "\n".getBytes(StandardCharsets.US_ASCII)));
    }

    static byte[] bytes(Path message, String suffix) {
        try {
            return Files.readAllBytes(message.resolveSibling(message.getFileName() + suffix));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] withCrlf(byte[] bytes) {
        var out = new ByteArrayOutputStream(bytes.length + 1_000);
        for (int i = 0; i < bytes.length; i++) {
            byte b = bytes[i];
            if (b == '\r' && i + 1 < bytes.length && bytes[i + 1] == '\n') {
                continue;
            }
            if (b == '\n' || b == '\r') {
                out.write('\r');
                out.write('\n');
            } else {
                out.write(b);
            }
        }
        return out.toByteArray();
    }

    static String crlf(String latin1) {
        return new String(
                withCrlf(latin1.getBytes(StandardCharsets.ISO_8859_1)),
                StandardCharsets.ISO_8859_1);
    }

    static byte[] concat(byte[]... pieces) {
        var out = new ByteArrayOutputStream();
        for (byte[] piece : pieces) {
            out.writeBytes(piece);
        }
        return out.toByteArray();
    }
}
