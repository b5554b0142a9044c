package org.postern.keys.remote;

/// The HTTP statuses by which the two sides understand each other (RFC 9110, section 15).
final class Status {

    static final int ANSWERED = 200;

    /// Done, and there is nothing to say: also "nobody" and "for whatever reason, no".
    static final int NOTHING = 204;

    static final int MALFORMED = 400;
    static final int REFUSED = 403;
    static final int UNKNOWN = 404;
    static final int NOT_POSTED = 405;

    /// The reading key is no more. Not 401, which would make a client ask for a password.
    static final int NOT_SIGNED_IN = 410;

    /// The reader must sign in again first.
    static final int NOT_RECENT = 412;

    static final int TOO_LARGE = 413;
    static final int DOES_NOT_OPEN = 422;

    /// The message asks for its password.
    static final int LOCKED = 423;

    static final int BUSY = 429;
    static final int BROKEN = 500;
    static final int AWAY = 503;

    private Status() {}
}
