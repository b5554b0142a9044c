package org.postern.portal.session;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseCookie;

/// Our cookies (RFC 6265, section 4.1.2): for this host alone, out of reach of scripts, sent when
/// somebody follows a link from webmail and not when another site posts.
public final class PortalCookies {

    /// A browser takes a cookie of this prefix only from the host itself, over HTTPS, with path `/`
    /// (draft-ietf-httpbis-rfc6265bis, section 4.1.3.2): no neighbouring host can plant one.
    private static final String HOST_PREFIX = "__Host-";

    private static final String PLAIN_PREFIX = "postern-";

    private final boolean secure;

    /// @param secure off only for a demo over plain HTTP, where no browser takes the prefix
    PortalCookies(boolean secure) {
        this.secure = secure;
    }

    /// The name a browser knows the cookie by.
    public String name(String cookie) {
        return (secure ? HOST_PREFIX : PLAIN_PREFIX) + cookie;
    }

    boolean secure() {
        return secure;
    }

    /// The value this request carries.
    public Optional<String> find(HttpServletRequest request, String cookie) {
        Cookie @Nullable [] cookies = request.getCookies();
        if (cookies != null) {
            for (Cookie candidate : cookies) {
                if (candidate.getName().equals(name(cookie)) && !candidate.getValue().isEmpty()) {
                    return Optional.of(candidate.getValue());
                }
            }
        }
        return Optional.empty();
    }

    /// Has the browser keep a value until it is closed.
    public void set(HttpServletResponse response, String cookie, String value) {
        add(response, base(cookie, value).build());
    }

    /// Has the browser keep a value for so long.
    public void set(HttpServletResponse response, String cookie, String value, Duration life) {
        add(response, base(cookie, value).maxAge(life).build());
    }

    /// Has the browser forget.
    public void clear(HttpServletResponse response, String cookie) {
        add(response, base(cookie, "").maxAge(Duration.ZERO).build());
    }

    private ResponseCookie.ResponseCookieBuilder base(String cookie, String value) {
        return ResponseCookie.from(name(cookie), value)
                .secure(secure)
                .httpOnly(true)
                .sameSite("Lax")
                .path("/");
    }

    private static void add(HttpServletResponse response, ResponseCookie cookie) {
        response.addHeader(HttpHeaders.SET_COOKIE, cookie.toString());
    }
}
