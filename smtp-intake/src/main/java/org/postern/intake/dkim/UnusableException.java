package org.postern.intake.dkim;

import org.postern.intake.dkim.DkimResult.Outcome;

/// A signature or key that proves nothing, whatever the message says.
final class UnusableException extends Exception {

    private static final long serialVersionUID = 1L;

    private final Outcome outcome;

    UnusableException(Outcome outcome, String reason) {
        super(reason);
        this.outcome = outcome;
    }

    static UnusableException malformed(String reason) {
        return new UnusableException(Outcome.PERMERROR, reason);
    }

    DkimResult result(String domain) {
        return new DkimResult(outcome, domain, String.valueOf(getMessage()));
    }
}
