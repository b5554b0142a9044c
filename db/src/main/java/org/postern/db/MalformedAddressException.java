package org.postern.db;

/// The text is not an address that mail can be sent to. The message never repeats the text, since
/// it may be logged.
public final class MalformedAddressException extends Exception {

    private static final long serialVersionUID = 1L;

    MalformedAddressException(String reason) {
        super(reason);
    }
}
