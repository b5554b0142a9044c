package org.postern.db;

import java.util.UUID;

/// Names a message: one mail object as accepted; equal to its sealed object's id and its spool id.
public record MessageId(UUID value) {

    @Override
    public String toString() {
        return value.toString();
    }
}
