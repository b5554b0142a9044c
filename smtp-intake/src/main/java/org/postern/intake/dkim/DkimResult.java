package org.postern.intake.dkim;

/// What one signature is worth (RFC 8601, section 2.7.1).
///
/// @param domain that signed, as [org.postern.intake.dns.DomainText] writes it; empty if the
///   signature names none
/// @param reason for an operator; never a word of the message
public record DkimResult(Outcome outcome, String domain, String reason) {

    /// What can come of a signature.
    public enum Outcome {
        PASS,
        FAIL,
        TEMPERROR,
        PERMERROR
    }

    static DkimResult pass(String domain) {
        return new DkimResult(Outcome.PASS, domain, "");
    }
}
