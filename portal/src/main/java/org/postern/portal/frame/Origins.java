package org.postern.portal.frame;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/// What a browser calls the place that a request came to (RFC 6454, section 6.1).
public final class Origins {

    private Origins() {}

    /// The origin of our own pages, as this browser sees them.
    public static String of(HttpServletRequest request) {
        @Nullable String host = request.getHeader(HttpHeaders.HOST);
        return request.getScheme() + "://" + (host == null ? request.getServerName() : host);
    }
}
