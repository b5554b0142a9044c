package org.postern.crypto.sealed;

/// The one way in which opening fails, whatever the reason (docs/format.md, section 7).
///
/// Wrong key, wrong object, damaged bytes and unknown version are told apart by nobody: an answer
/// that differed would be an oracle. So the message is constant and there is never a cause.
public final class OpeningFailedException extends Exception {

    private static final long serialVersionUID = 1L;

    public OpeningFailedException() {
        // A cause given here, even null, can never be replaced by initCause.
        super("cannot be opened", null, false, true);
    }
}
