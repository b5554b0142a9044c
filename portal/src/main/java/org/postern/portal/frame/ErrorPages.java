package org.postern.portal.frame;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Clock;
import java.util.Map;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.servlet.ModelAndView;

/// Shows what went wrong, in the tenant's frame, without asking database, keys or Redis.
@Controller
public final class ErrorPages implements ErrorController {

    /// Spring Boot forwards failed requests here.
    public static final String PATH = "/error";

    private static final int RETRY_AFTER_SECONDS = 60;

    private final Frames frames;
    private final Clock clock;

    ErrorPages(Frames frames, Clock clock) {
        this.frames = frames;
        this.clock = clock;
    }

    @RequestMapping(PATH)
    ModelAndView error(HttpServletRequest request, HttpServletResponse response) {
        return MaintenancePage.find(request)
                .map(maintenance ->
                        MaintenancePage.page(
                                maintenance, frames.apart(request), clock.instant(), response))
                .orElseGet(() -> page(Problem.find(request), frames.bare(request), response));
    }

    static ModelAndView page(Problem problem, Frame frame, HttpServletResponse response) {
        response.setStatus(problem.status());
        if (problem == Problem.UNAVAILABLE) {
            response.setHeader(HttpHeaders.RETRY_AFTER, String.valueOf(RETRY_AFTER_SECONDS));
        }
        return new ModelAndView("portal/problem", Map.of("frame", frame, "problem", problem));
    }
}
