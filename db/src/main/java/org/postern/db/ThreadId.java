package org.postern.db;

import java.util.UUID;

/// Names a thread: messages linked by Message-ID, In-Reply-To and References.
public record ThreadId(UUID value) {

    @Override
    public String toString() {
        return value.toString();
    }
}
