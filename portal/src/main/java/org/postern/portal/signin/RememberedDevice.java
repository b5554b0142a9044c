package org.postern.portal.signin;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import org.postern.portal.session.PortalCookies;

/// The token by which the keys know a remembered device. It spares the second step and nothing
/// else: the link is asked for all the same.
final class RememberedDevice {

    private static final String COOKIE = "device";
    private static final Duration LIFE = Duration.ofDays(30);
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9_-]{43}");

    private final PortalCookies cookies;

    RememberedDevice(PortalCookies cookies) {
        this.cookies = cookies;
    }

    Optional<String> find(HttpServletRequest request) {
        return cookies.find(request, COOKIE).filter(token -> TOKEN.matcher(token).matches());
    }

    void set(HttpServletResponse response, String token) {
        cookies.set(response, COOKIE, token, LIFE);
    }
}
