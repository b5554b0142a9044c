package org.postern.mail.mime;

/// A header section is larger than anybody's mail needs it to be; its sender is told so, and
/// nothing is parsed.
public final class HeaderLimitException extends Exception {

    private static final long serialVersionUID = 1L;

    HeaderLimitException(String message) {
        super(message);
    }
}
