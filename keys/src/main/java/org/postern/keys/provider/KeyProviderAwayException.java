package org.postern.keys.provider;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessResourceFailureException;

/// The keeper of the root key does not answer, or refuses to serve us. Handled everywhere as a
/// database that is away: mail waits, pages say so, and nothing is lost.
public final class KeyProviderAwayException extends DataAccessResourceFailureException {

    private static final long serialVersionUID = 1L;

    /// @param reason in our own words: no token, no key and no text of the keeper
    public KeyProviderAwayException(String provider, String reason, @Nullable Throwable cause) {
        super("the key provider " + provider + " is away: " + reason, cause);
    }
}
