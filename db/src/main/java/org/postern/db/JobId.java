package org.postern.db;

import java.util.UUID;

/// Names a job: one unit of later work.
public record JobId(UUID value) {

    @Override
    public String toString() {
        return value.toString();
    }
}
