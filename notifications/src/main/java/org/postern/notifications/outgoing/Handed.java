package org.postern.notifications.outgoing;

/// What became of a mail that was handed over. Reasons are our own words: a remote reply may quote
/// addresses and content.
public sealed interface Handed {

    /// It is theirs now.
    record Accepted() implements Handed {}

    /// A transient failure (RFC 5321, section 4.2.1), or a fault on our side: try again.
    record Deferred(String reason) implements Handed {}

    /// A permanent failure of this mail: trying again is pointless.
    record Refused(String reason) implements Handed {}
}
