package org.postern.mail.mime;

import java.util.Locale;

/// How the sender wants a part presented (RFC 2183).
public enum Disposition implements Coded {
    NONE(0),
    INLINE(1),
    ATTACHMENT(2);

    private final int code;

    Disposition(int code) {
        this.code = code;
    }

    @Override
    public int code() {
        return code;
    }

    /// An unknown disposition is an attachment (RFC 2183, section 2.8).
    static Disposition named(String value) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "" -> NONE;
            case "inline" -> INLINE;
            default -> ATTACHMENT;
        };
    }
}
