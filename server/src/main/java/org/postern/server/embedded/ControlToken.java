package org.postern.server.embedded;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/// Proves to the management port that a command comes from the user who runs Postern: only that
/// user can read the file it is in.
public final class ControlToken {

    private final String secret;

    ControlToken(String secret) {
        this.secret = secret;
    }

    /// The value of the `Authorization` field (RFC 6750, section 2.1).
    public String authorization() {
        return "Bearer " + secret;
    }

    /// Whether an `Authorization` field carries this token; a request without one does not. Takes
    /// the same time wherever they differ.
    public boolean matches(@Nullable String authorization) {
        return authorization != null
                && MessageDigest.isEqual(
                        authorization().getBytes(US_ASCII), authorization.getBytes(US_ASCII));
    }

    @Override
    public String toString() {
        return "ControlToken[redacted]";
    }
}
