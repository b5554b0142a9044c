package org.postern.notifications.outgoing;

import java.time.Instant;

/// A mail in the outbox.
///
/// @param name of its file
/// @param at when it was handed over
/// @param to the To field
public record OutboxEntry(String name, Instant at, String to, String subject) {

    @Override
    public String toString() {
        return "OutboxEntry[" + name + "]";
    }
}
