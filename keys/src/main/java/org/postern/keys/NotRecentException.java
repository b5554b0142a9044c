package org.postern.keys;

/// Whoever changes how he signs in must have signed in a short while ago, with all that he is asked
/// for.
public final class NotRecentException extends Exception {

    private static final long serialVersionUID = 1L;

    public NotRecentException() {
        super("sign in again first");
    }
}
