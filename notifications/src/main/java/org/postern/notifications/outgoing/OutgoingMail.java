package org.postern.notifications.outgoing;

/// Hands mail to whoever delivers it. Thread-safe; blocks until there is an answer.
@FunctionalInterface
public interface OutgoingMail {

    /// Returning [Handed.Accepted] means that the mail is the other side's now (RFC 5321, section
    /// 6.1). Anything else means that it is not, or that nobody can know.
    Handed hand(OutgoingMessage message);
}
