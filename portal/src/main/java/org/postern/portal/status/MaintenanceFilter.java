package org.postern.portal.status;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import org.postern.mail.board.Board;
import org.postern.mail.board.Maintenance;
import org.postern.portal.frame.MaintenancePage;
import org.springframework.web.filter.OncePerRequestFilter;

/// While a maintenance goes on every page says so, but two: the status page, and the form that asks
/// for a sign-in link, which is mailed afterwards. Asks neither database nor keys.
public final class MaintenanceFilter extends OncePerRequestFilter {

    private static final String SIGN_IN = "/sign-in";

    private final Board board;
    private final String assets;

    /// @param assets where style sheet and icons live
    public MaintenanceFilter(Board board, String assets) {
        this.board = board;
        this.assets = assets;
    }

    @Override
    protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Optional<Maintenance> maintenance = board.current();
        if (maintenance.isEmpty() || isOpen(request)) {
            chain.doFilter(request, response);
            return;
        }
        MaintenancePage.of(request, maintenance.get());
        response.sendError(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
    }

    private boolean isOpen(HttpServletRequest request) {
        String path = request.getRequestURI();
        return path.startsWith(assets)
                || path.equals(StatusController.PATH)
                || path.equals(StatusController.FEED)
                || (path.equals(SIGN_IN) && request.getMethod().equals("POST"));
    }
}
