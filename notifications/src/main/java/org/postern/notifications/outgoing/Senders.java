package org.postern.notifications.outgoing;

import org.postern.db.TenantId;

/// Knows in whose name each tenant's mail goes out.
@FunctionalInterface
public interface Senders {

    Sender of(TenantId tenant);
}
