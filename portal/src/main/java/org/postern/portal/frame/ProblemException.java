package org.postern.portal.frame;

/// Ends a handler with the page of a problem.
public final class ProblemException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Problem problem;

    public ProblemException(Problem problem) {
        super(problem.key());
        this.problem = problem;
    }

    Problem problem() {
        return problem;
    }
}
