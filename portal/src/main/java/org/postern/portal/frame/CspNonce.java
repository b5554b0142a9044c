package org.postern.portal.frame;

import jakarta.servlet.http.HttpServletRequest;
import java.security.SecureRandom;
import org.postern.crypto.Tokens;

/// The value by which one response admits its own script (CSP level 3, section 8).
final class CspNonce {

    private static final String ATTRIBUTE = CspNonce.class.getName();

    private final SecureRandom random;

    CspNonce(SecureRandom random) {
        this.random = random;
    }

    /// The same for header and page of one response, and for no other.
    String of(HttpServletRequest request) {
        if (request.getAttribute(ATTRIBUTE) instanceof String nonce) {
            return nonce;
        }
        String nonce = Tokens.token(random);
        request.setAttribute(ATTRIBUTE, nonce);
        return nonce;
    }
}
