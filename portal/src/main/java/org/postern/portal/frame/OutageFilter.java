package org.postern.portal.frame;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.filter.OncePerRequestFilter;

/// Answers `503` and a page while database, keys or Redis are away, wherever in the chain it shows.
public final class OutageFilter extends OncePerRequestFilter {

    private static final String MET = OutageFilter.class.getName();

    private static final Logger log = LoggerFactory.getLogger(OutageFilter.class);

    /// Whether this request has met an outage. The page that says so must not ask for the reader's
    /// session once more.
    static boolean hasMetOutage(HttpServletRequest request) {
        return request.getAttribute(MET) != null;
    }

    @Override
    protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        try {
            chain.doFilter(request, response);
        } catch (ServletException | RuntimeException e) {
            if (!Outages.isOutage(e) || response.isCommitted()) {
                throw e;
            }
            request.setAttribute(MET, true);
            log.warn("page unavailable: reason={}", rootOf(e).getClass().getSimpleName());
            response.sendError(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
        }
    }

    private static Throwable rootOf(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }
}
