package org.postern.intake;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import org.postern.mail.mime.HeaderField;
import org.postern.mail.mime.HeaderSection;

/// All that may differ between the content received and the content sealed:
///
/// 1. our Received field stands before it (RFC 5321, section 4.4);
/// 2. header fields whose names begin with `X-Postern` are gone, since they are said to us and not
///    to the reader.
///
/// Every other byte is as it came.
final class PermittedChanges {

    private static final String OURS = "x-postern";

    private PermittedChanges() {}

    /// Writes the header section as it may be changed; the body follows as it comes.
    static void write(byte[] section, HeaderSection parsed, String received, OutputStream out)
            throws IOException {
        out.write(received.getBytes(US_ASCII));
        int from = 0;
        for (HeaderField field : parsed.fields()) {
            if (field.name().toLowerCase(Locale.ROOT).startsWith(OURS)) {
                out.write(section, from, field.offset() - from);
                from = field.end();
            }
        }
        out.write(section, from, section.length - from);
    }
}
