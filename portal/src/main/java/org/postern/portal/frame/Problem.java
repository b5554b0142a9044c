package org.postern.portal.frame;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.http.HttpStatus;

/// Everything that can go wrong as a page says it; the words are under `problem.KEY` in the message
/// bundle.
public enum Problem {
    BAD_REQUEST(HttpStatus.BAD_REQUEST, "bad-request"),
    REFUSED(HttpStatus.FORBIDDEN, "refused"),
    FORM_TOO_OLD(HttpStatus.FORBIDDEN, "form-too-old"),
    SESSION_ENDED(HttpStatus.FORBIDDEN, "session-ended"),
    NOT_FOUND(HttpStatus.NOT_FOUND, "not-found"),
    /// Another reader's, unknown, or gone: which of them is nobody's business.
    NO_MESSAGE(HttpStatus.NOT_FOUND, "no-message"),
    METHOD(HttpStatus.METHOD_NOT_ALLOWED, "method"),
    CANNOT_BE_OPENED(HttpStatus.GONE, "cannot-be-opened"),
    TOO_LARGE(HttpStatus.CONTENT_TOO_LARGE, "too-large"),
    BROKEN(HttpStatus.INTERNAL_SERVER_ERROR, "broken"),
    UNAVAILABLE(HttpStatus.SERVICE_UNAVAILABLE, "unavailable");

    private static final String ATTRIBUTE = Problem.class.getName();

    private final HttpStatus status;
    private final String key;

    Problem(HttpStatus status, String key) {
        this.status = status;
        this.key = key;
    }

    public int status() {
        return status.value();
    }

    public String key() {
        return "problem." + key;
    }

    /// Says what the error page of this request shall say.
    public void of(HttpServletRequest request) {
        request.setAttribute(ATTRIBUTE, this);
    }

    /// What a failed request is told.
    static Problem find(HttpServletRequest request) {
        if (request.getAttribute(ATTRIBUTE) instanceof Problem problem) {
            return problem;
        }
        if (Outages.isOutage((Throwable) request.getAttribute(RequestDispatcher.ERROR_EXCEPTION))) {
            return UNAVAILABLE;
        }
        int status =
                request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE) instanceof Integer code
                        ? code
                        : 404; // nobody asks for the error page itself
        for (Problem problem : values()) {
            if (problem.status() == status && problem.isGeneral()) {
                return problem;
            }
        }
        return status >= 400 && status < 500 ? BAD_REQUEST : BROKEN;
    }

    private boolean isGeneral() {
        return this != FORM_TOO_OLD
                && this != SESSION_ENDED
                && this != NO_MESSAGE
                && this != CANNOT_BE_OPENED;
    }
}
