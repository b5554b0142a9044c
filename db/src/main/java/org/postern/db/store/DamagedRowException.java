package org.postern.db.store;

import org.springframework.dao.DataRetrievalFailureException;

/// A row holds what we did not write into it: somebody else changed it. Trying again is pointless.
public final class DamagedRowException extends DataRetrievalFailureException {

    private static final long serialVersionUID = 1L;

    DamagedRowException(String column) {
        super("column " + column + " holds what does not belong into its row");
    }
}
