package org.postern.db;

import java.util.UUID;

/// Names a tenant: an organisation whose senders' mail we keep.
public record TenantId(UUID value) {

    @Override
    public String toString() {
        return value.toString();
    }
}
