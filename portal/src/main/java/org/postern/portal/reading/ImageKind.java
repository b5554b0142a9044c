package org.postern.portal.reading;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Optional;
import java.util.stream.Stream;

/// The pictures that are shown within a message, told by their first bytes and never by what the
/// mail says.
enum ImageKind {
    PNG("image/png"),
    JPEG("image/jpeg"),
    GIF("image/gif"),
    WEBP("image/webp");

    /// So many bytes tell them apart.
    static final int START_BYTES = 12;

    private final String mediaType;

    ImageKind(String mediaType) {
        this.mediaType = mediaType;
    }

    String mediaType() {
        return mediaType;
    }

    static Optional<ImageKind> of(byte[] start) {
        String text = new String(start, ISO_8859_1);
        return Stream.of(values()).filter(kind -> kind.begins(text)).findFirst();
    }

    private boolean begins(String text) {
        return switch (this) {
            case PNG -> text.startsWith("\u0089PNG\r\n\u001a\n");
            case JPEG -> text.startsWith("\u00ff\u00d8\u00ff");
            case GIF -> text.startsWith("GIF87a") || text.startsWith("GIF89a");
            case WEBP -> text.startsWith("RIFF") && text.startsWith("WEBP", 8);
        };
    }
}
