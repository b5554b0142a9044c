package org.postern.notifications.job;

import org.jspecify.annotations.Nullable;

/// Where something went wrong and what kind of thing it was, for the log: without its message,
/// which may quote an address or a row.
final class Traceback extends RuntimeException {

    private static final long serialVersionUID = 1L;
    private static final int MOST_CAUSES = 5;

    private Traceback(Throwable of, @Nullable Throwable cause) {
        super(of.getClass().getName(), cause);
        setStackTrace(of.getStackTrace());
    }

    static Traceback of(Throwable failure) {
        return of(failure, MOST_CAUSES);
    }

    private static Traceback of(Throwable failure, int causes) {
        @Nullable Throwable cause = failure.getCause();
        return new Traceback(failure, cause == null || causes == 0 ? null : of(cause, causes - 1));
    }
}
