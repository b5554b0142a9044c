package org.postern.portal.frame;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.postern.portal.session.ReaderSessions;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.web.access.AccessDeniedHandler;

/// Says why a form was not taken: its session is over, or it is not ours.
public final class RefusedFormHandler implements AccessDeniedHandler {

    private final ReaderSessions sessions;

    public RefusedFormHandler(ReaderSessions sessions) {
        this.sessions = sessions;
    }

    @Override
    public void handle(
            HttpServletRequest request, HttpServletResponse response, AccessDeniedException reason)
            throws IOException {
        boolean ended = sessions.hadOne(request) && !sessions.containsContext(request);
        (ended ? Problem.SESSION_ENDED : Problem.FORM_TOO_OLD).of(request);
        response.sendError(HttpServletResponse.SC_FORBIDDEN);
    }
}
