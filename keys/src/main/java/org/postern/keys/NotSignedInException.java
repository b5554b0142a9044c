package org.postern.keys;

/// The reading key is unknown or has ended: whoever holds it must sign in again.
public final class NotSignedInException extends Exception {

    private static final long serialVersionUID = 1L;

    public NotSignedInException() {
        super("not signed in");
    }
}
