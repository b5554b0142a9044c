package org.postern.db;

import java.util.UUID;

/// Names a connector: one way in by SMTP, with its proof of who sends.
public record ConnectorId(UUID value) {

    @Override
    public String toString() {
        return value.toString();
    }
}
