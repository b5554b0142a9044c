package org.postern.db;

/// What a message asks of its recipients besides signing in.
public enum LockKind {
    /// The password that its author gave it.
    PASSWORD,
    /// A PIN that is sent to the phone which its author named.
    PHONE
}
