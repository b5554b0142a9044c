package org.postern.portal.signin;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import org.postern.crypto.Tokens;
import org.postern.portal.session.PortalCookies;

/// What makes a browser the one that asked: 256 random bits in a cookie, of which a sign-in request
/// holds SHA-256. A link or code is good in that browser alone, so a scanner that presses buttons
/// gains nothing, and nobody can be signed in to somebody else's mailbox.
final class BrowserBinding {

    private static final String COOKIE = "pre";

    /// A link lives ten minutes from the moment its mail leaves, which may be after a maintenance.
    private static final Duration LIFE = Duration.ofDays(1);

    private final PortalCookies cookies;
    private final SecureRandom random;

    BrowserBinding(PortalCookies cookies, SecureRandom random) {
        this.cookies = cookies;
        this.random = random;
    }

    Optional<String> find(HttpServletRequest request) {
        return cookies.find(request, COOKIE);
    }

    /// The binding this browser has, or a new one.
    String require(HttpServletRequest request, HttpServletResponse response) {
        String binding = find(request).orElseGet(() -> Tokens.token(random));
        cookies.set(response, COOKIE, binding, LIFE);
        return binding;
    }

    void clear(HttpServletResponse response) {
        cookies.clear(response, COOKIE);
    }
}
