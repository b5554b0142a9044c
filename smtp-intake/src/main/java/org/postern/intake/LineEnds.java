package org.postern.intake;

import java.io.ByteArrayOutputStream;

/// Makes CRLF of a lone LF in content, for tenants whose senders know no better. A lone CR and NUL
/// stay what they are and are refused. The end of the message is found before and by CRLF alone, so
/// nothing that is made here can end it (CVE-2023-51764).
final class LineEnds {

    private boolean afterCr;

    /// The same content as lines that end in CRLF.
    byte[] normalized(byte[] bytes, int offset, int count) {
        var lines = new ByteArrayOutputStream(count + 64);
        for (int i = offset; i < offset + count; i++) {
            if (bytes[i] == '\n' && !afterCr) {
                lines.write('\r');
            }
            lines.write(bytes[i]);
            afterCr = bytes[i] == '\r';
        }
        return lines.toByteArray();
    }
}
