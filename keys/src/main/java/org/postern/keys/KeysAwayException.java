package org.postern.keys;

import org.springframework.dao.TransientDataAccessResourceException;

/// The keys cannot be asked now: their process, its ledger, or the way there is away. Try again
/// later.
public final class KeysAwayException extends TransientDataAccessResourceException {

    private static final long serialVersionUID = 1L;

    /// Says where it failed.
    ///
    /// @param reason without anything that was asked or answered
    public KeysAwayException(String reason) {
        super("keys away: " + reason);
    }

    public KeysAwayException(String reason, Throwable cause) {
        super("keys away: " + reason, cause);
    }
}
