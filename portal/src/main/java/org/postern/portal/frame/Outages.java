package org.postern.portal.frame;

import org.jspecify.annotations.Nullable;
import org.postern.mail.door.NotReadyException;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/// Tells what is away for a while (database, key ledger, Redis, snapshot) from what is broken.
final class Outages {

    private Outages() {}

    static boolean isOutage(@Nullable Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof DataAccessException
                    || cause instanceof TransactionException
                    || cause instanceof NotReadyException) {
                return true;
            }
        }
        return false;
    }
}
