package org.postern.portal.reply;

import java.io.IOException;

/// A text field of a form is longer than we take.
final class FieldTooLongException extends IOException {

    private static final long serialVersionUID = 1L;

    FieldTooLongException() {
        super("a field of the form is too long");
    }
}
