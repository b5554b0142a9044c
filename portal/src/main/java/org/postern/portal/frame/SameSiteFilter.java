package org.postern.portal.frame;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.web.filter.OncePerRequestFilter;

/// Refuses a POST that another site sent, before its token is looked at.
///
/// `Sec-Fetch-Site` decides where the browser sends it (W3C Fetch Metadata), else `Origin`. Our own
/// forms send `Origin: null`, because pages here have the referrer policy `no-referrer` (Fetch
/// standard, "append a request Origin header"); then the token alone decides.
public final class SameSiteFilter extends OncePerRequestFilter {

    private static final Set<String> OUR_OWN = Set.of("same-origin", "none");

    @Override
    protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (request.getMethod().equals("POST") && isForeign(request)) {
            response.sendError(HttpServletResponse.SC_FORBIDDEN);
            return;
        }
        chain.doFilter(request, response);
    }

    private static boolean isForeign(HttpServletRequest request) {
        @Nullable String site = request.getHeader("Sec-Fetch-Site");
        if (site != null) {
            return !OUR_OWN.contains(site);
        }
        @Nullable String origin = request.getHeader(HttpHeaders.ORIGIN);
        if (origin == null || origin.equals("null")) {
            return false;
        }
        return !origin.equals(Origins.of(request));
    }
}
