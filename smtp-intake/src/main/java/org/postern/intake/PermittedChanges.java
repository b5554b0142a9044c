package org.postern.intake;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import java.util.regex.Pattern;
import org.postern.mail.mime.HeaderField;
import org.postern.mail.mime.HeaderSection;

/// All that may differ between the content received and the content sealed:
///
/// 1. our Received field stands before it (RFC 5321, section 4.4);
/// 2. header fields whose names begin with `X-Postern` are gone, since they are said to us and not
///    to the reader;
/// 3. before mail from a shared cloud stands our Authentication-Results field too, and any that
///    somebody else has written in our name is gone (RFC 8601, section 5).
///
/// Every other byte is as it came.
final class PermittedChanges {

    private static final String OURS = "x-postern";

    private static final Pattern END_OF_NAME = Pattern.compile("[\\s;]");

    private PermittedChanges() {}

    /// Writes the header section as it may be changed; the body follows as it comes.
    ///
    /// @param ourName in whose name nobody else may speak
    static void write(
            byte[] section, HeaderSection parsed, String ourName, String received, OutputStream out)
            throws IOException {
        out.write(received.getBytes(US_ASCII));
        int from = 0;
        for (HeaderField field : parsed.fields()) {
            if (field.name().toLowerCase(Locale.ROOT).startsWith(OURS)
                    || isInOurName(field, ourName)) {
                out.write(section, from, field.offset() - from);
                from = field.end();
            }
        }
        out.write(section, from, section.length - from);
    }

    private static boolean isInOurName(HeaderField field, String ourName) {
        return field.is("Authentication-Results")
                && END_OF_NAME.split(field.value(), 2)[0].equalsIgnoreCase(ourName);
    }
}
