package org.postern.intake.dmarc;

/// What SPF says of a client (RFC 7208, section 2.6); the names are the words of RFC 8601, section
/// 2.7.2.
public enum SpfResult {
    NONE,
    NEUTRAL,
    PASS,
    FAIL,
    SOFTFAIL,
    TEMPERROR,
    PERMERROR
}
