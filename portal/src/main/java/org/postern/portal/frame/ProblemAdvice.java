package org.postern.portal.frame;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.postern.crypto.ContentDamagedException;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.keys.MessageLockedException;
import org.postern.keys.NotSignedInException;
import org.postern.mail.door.NotReadyException;
import org.postern.portal.session.ReaderSessions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.transaction.TransactionException;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.servlet.ModelAndView;

/// Turns what a handler throws into a page that says what to do next.
@ControllerAdvice
public final class ProblemAdvice {

    private static final Logger log = LoggerFactory.getLogger(ProblemAdvice.class);

    private static final String MESSAGES = "/m/";

    private final Frames frames;
    private final ReaderSessions sessions;

    ProblemAdvice(Frames frames, ReaderSessions sessions) {
        this.frames = frames;
        this.sessions = sessions;
    }

    @ExceptionHandler
    ModelAndView problem(
            ProblemException e, HttpServletRequest request, HttpServletResponse response)
            throws NotSignedInException {
        return ErrorPages.page(e.problem(), frames.of(request), response);
    }

    @ExceptionHandler
    ModelAndView cannotBeOpened(
            OpeningFailedException e, HttpServletRequest request, HttpServletResponse response)
            throws NotSignedInException {
        return ErrorPages.page(Problem.CANNOT_BE_OPENED, frames.of(request), response);
    }

    @ExceptionHandler({
        DataAccessException.class,
        TransactionException.class,
        NotReadyException.class
    })
    ModelAndView away(Exception e, HttpServletRequest request, HttpServletResponse response) {
        log.warn("page unavailable: reason={}", e.getClass().getSimpleName());
        return ErrorPages.page(Problem.UNAVAILABLE, frames.bare(request), response);
    }

    @ExceptionHandler
    ModelAndView cannotBeRead(
            IOException e, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        if (response.isCommitted()) {
            throw e; // the connection breaks off, so that half a file is not taken for a whole one
        }
        log.warn("not readable now: reason={}", e.getClass().getSimpleName());
        Problem problem =
                e instanceof ContentDamagedException
                        ? Problem.CANNOT_BE_OPENED
                        : Problem.UNAVAILABLE;
        return ErrorPages.page(problem, frames.bare(request), response);
    }

    /// Whatever of the message was asked for, its password comes first.
    @ExceptionHandler
    ResponseEntity<Void> locked(MessageLockedException e, HttpServletRequest request) {
        String path = request.getRequestURI();
        int end = path.indexOf('/', MESSAGES.length());
        String message = end < 0 ? path : path.substring(0, end);
        return message.startsWith(MESSAGES)
                ? Redirects.afterForm(message + "/unlock")
                : Redirects.afterForm("/inbox");
    }

    /// The reading key has ended before the session: so does the session.
    @ExceptionHandler
    ResponseEntity<Void> ended(NotSignedInException e, HttpServletRequest request) {
        sessions.end(request);
        return Redirects.afterwards(HttpStatus.FOUND, "/sign-in?ended");
    }
}
