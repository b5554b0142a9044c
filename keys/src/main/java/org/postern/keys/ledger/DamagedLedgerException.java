package org.postern.keys.ledger;

import org.postern.crypto.sealed.OpeningFailedException;

/// A key of the ledger does not unwrap: the row was changed, or the root key is another one.
/// Nothing can be done here.
public final class DamagedLedgerException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    DamagedLedgerException(String row, OpeningFailedException cause) {
        super("the ledger's " + row + " does not open", cause);
    }
}
