package org.postern.mail.mime;

import java.util.Locale;

/// How a body is encoded (RFC 2045, section 6).
public enum TransferEncoding implements Coded {
    /// `7bit`, `8bit`, `binary`, or nothing said.
    IDENTITY(0),
    BASE64(1),
    QUOTED_PRINTABLE(2),
    /// An encoding we do not undo, such as `x-uuencode`: the content is what stands there.
    OTHER(3);

    private final int code;

    TransferEncoding(int code) {
        this.code = code;
    }

    @Override
    public int code() {
        return code;
    }

    static TransferEncoding named(String value) {
        return switch (value.strip().toLowerCase(Locale.ROOT)) {
            case "", "7bit", "8bit", "binary" -> IDENTITY;
            case "base64" -> BASE64;
            case "quoted-printable" -> QUOTED_PRINTABLE;
            default -> OTHER;
        };
    }
}
