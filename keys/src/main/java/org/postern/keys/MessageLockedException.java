package org.postern.keys;

/// The message has a password of its own, which was not typed in this session yet.
public final class MessageLockedException extends Exception {

    private static final long serialVersionUID = 1L;

    public MessageLockedException() {
        super("locked");
    }
}
