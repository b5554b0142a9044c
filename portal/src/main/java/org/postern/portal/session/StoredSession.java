package org.postern.portal.session;

import java.time.Instant;
import java.util.Map;

/// What is sealed and stored of a session, as JSON.
///
/// @param seenAt when a request last used it
record StoredSession(Instant createdAt, Instant seenAt, Map<String, String> attributes) {

    StoredSession {
        attributes = Map.copyOf(attributes);
    }

    /// A reading key is among the attributes.
    @Override
    public String toString() {
        return "StoredSession[redacted]";
    }
}
