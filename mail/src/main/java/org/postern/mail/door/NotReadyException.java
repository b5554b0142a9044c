package org.postern.mail.door;

/// The door has never heard from the authority, or not for too long: it may seal nothing. Our own
/// fault, so the sender is asked to try again later.
public final class NotReadyException extends Exception {

    private static final long serialVersionUID = 1L;

    NotReadyException(String reason) {
        super(reason);
    }
}
