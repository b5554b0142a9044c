package org.postern.intake.dns;

/// Nobody could say now what the DNS holds: no answer, an answer that is none, or too many
/// questions. Later it may be otherwise, so nothing final follows from it.
public final class DnsFailedException extends Exception {

    private static final long serialVersionUID = 1L;

    DnsFailedException(String reason) {
        super(reason);
    }

    DnsFailedException(String reason, Throwable cause) {
        super(reason, cause);
    }
}
