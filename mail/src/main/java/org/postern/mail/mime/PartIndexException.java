package org.postern.mail.mime;

/// The bytes are not a part index that we made.
public final class PartIndexException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    PartIndexException(String message) {
        super(message);
    }
}
