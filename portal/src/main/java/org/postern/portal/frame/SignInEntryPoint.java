package org.postern.portal.frame;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postern.portal.session.ReaderSessions;
import org.springframework.http.HttpHeaders;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.AuthenticationEntryPoint;

/// Sends whoever is not signed in to ask for a link. The only place remembered is a message's id,
/// so nobody can be sent elsewhere afterwards.
public final class SignInEntryPoint implements AuthenticationEntryPoint {

    private static final Pattern MESSAGE =
            Pattern.compile("/m/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:/.*)?");

    private final ReaderSessions sessions;

    public SignInEntryPoint(ReaderSessions sessions) {
        this.sessions = sessions;
    }

    @Override
    public void commence(
            HttpServletRequest request,
            HttpServletResponse response,
            AuthenticationException reason) {
        StringBuilder target = new StringBuilder("/sign-in");
        Matcher message = MESSAGE.matcher(request.getRequestURI());
        if (message.matches()) {
            target.append("?m=").append(message.group(1));
        }
        if (sessions.hadOne(request)) {
            target.append(message.matches() ? '&' : '?').append("ended");
        }
        response.setStatus(HttpServletResponse.SC_FOUND);
        response.setHeader(HttpHeaders.LOCATION, target.toString());
    }
}
