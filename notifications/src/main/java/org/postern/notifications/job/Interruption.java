package org.postern.notifications.job;

/// Why an attempt was told to stop.
public enum Interruption {
    NONE,
    /// Another worker has the claim now.
    LEASE_LOST,
    /// It took longer than an attempt may.
    TOO_LONG,
    /// The worker closes.
    CLOSING
}
