package org.postern.db;

import java.util.UUID;

/// Names a mailbox: what one recipient address has here.
public record MailboxId(UUID value) {

    @Override
    public String toString() {
        return value.toString();
    }
}
