package org.postern.notifications.outgoing;

import java.net.URI;
import java.util.List;

/// A mail in the outbox, opened.
///
/// @param from the From field
/// @param text its text/plain part
/// @param html its text/html part; empty if it has none
/// @param links those in the text, in order
public record OutboxLetter(
        OutboxEntry entry, String from, String text, String html, List<URI> links) {

    public OutboxLetter {
        links = List.copyOf(links);
    }

    @Override
    public String toString() {
        return "OutboxLetter[" + entry.name() + "]";
    }
}
