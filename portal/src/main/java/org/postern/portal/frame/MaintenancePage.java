package org.postern.portal.frame;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.postern.mail.board.Maintenance;
import org.springframework.http.HttpHeaders;
import org.springframework.web.servlet.ModelAndView;

/// The page that stands for every other while a maintenance goes on.
public final class MaintenancePage {

    private static final String ATTRIBUTE = MaintenancePage.class.getName();

    /// Nobody asks more often than this, and nobody waits longer for a maintenance that is over
    /// early.
    private static final Duration SOONEST = Duration.ofMinutes(1);

    private static final Duration LATEST = Duration.ofHours(1);

    private MaintenancePage() {}

    /// Says what the error page of this request shall say.
    public static void of(HttpServletRequest request, Maintenance maintenance) {
        request.setAttribute(ATTRIBUTE, maintenance);
    }

    static Optional<Maintenance> find(HttpServletRequest request) {
        return request.getAttribute(ATTRIBUTE) instanceof Maintenance maintenance
                ? Optional.of(maintenance)
                : Optional.empty();
    }

    static ModelAndView page(
            Maintenance maintenance, Frame frame, Instant now, HttpServletResponse response) {
        Duration left = Duration.between(now, maintenance.endsAt());
        Duration retry =
                left.compareTo(SOONEST) < 0 ? SOONEST : left.compareTo(LATEST) > 0 ? LATEST : left;
        response.setStatus(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
        response.setHeader(HttpHeaders.RETRY_AFTER, String.valueOf(retry.toSeconds()));
        return new ModelAndView(
                "portal/maintenance",
                Map.of(
                        "frame",
                        frame,
                        "maintenance",
                        maintenance,
                        "late",
                        left.isNegative(),
                        "malformed",
                        false));
    }
}
