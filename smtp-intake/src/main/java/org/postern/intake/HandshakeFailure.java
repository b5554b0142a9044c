package org.postern.intake;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Why a TLS handshake failed, as far as an operator can do something about it. The set is closed:
/// it labels a metric.
public enum HandshakeFailure {
    NO_SHARED_VERSION("the client speaks neither TLS 1.3 nor TLS 1.2"),
    NO_SHARED_CIPHER("the client has no cipher suite, group or signature in common with us"),
    CLIENT_REFUSED_CERTIFICATE("the client does not accept our certificate"),
    CLOSED_EARLY("the client went away"),
    TIMEOUT("the client took too long"),
    NOT_TLS("what the client sent is not TLS"),
    OTHER("the handshake broke off");

    private static final Pattern ALERT = Pattern.compile("Received fatal alert: ([a-z_]+)");

    /// Alerts that speak of a certificate, with their numbers (RFC 8446, section 6).
    private static final Map<String, Integer> OF_CERTIFICATE =
            Map.of(
                    "bad_certificate", 42,
                    "unsupported_certificate", 43,
                    "certificate_revoked", 44,
                    "certificate_expired", 45,
                    "certificate_unknown", 46,
                    "unknown_ca", 48);

    private static final int ALERT_RECORD = 21; // RFC 8446, section 5.1
    private static final int ALERT_RECORD_BYTES = 7;

    /// What JSSE says in each case: it has one exception for nearly all of them. A test makes each
    /// happen, so that a JDK with other words is noticed.
    private static final Set<String> OF_VERSION =
            Set.of(
                    "not accepted by server preferences",
                    "is not enabled or supported in server context",
                    "SSLv2Hello is not enabled",
                    "Unsupported SSL v2.0 ClientHello");

    private static final Set<String> OF_CIPHER =
            Set.of(
                    "no cipher suites in common",
                    "No common named group",
                    "No supported named group",
                    "No supported signature algorithm",
                    "No available authentication scheme",
                    "Unable to negotiate key exchange");

    private static final Set<String> OF_OTHER_PROTOCOLS =
            Set.of("Unsupported or unrecognized SSL message", "plaintext connection");

    private final String sentence;

    HandshakeFailure(String sentence) {
        this.sentence = sentence;
    }

    /// How metrics name it.
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    String sentence() {
        return sentence;
    }

    /// @param overdue whether the connection was cut because it took too long
    static HandshakeFailure of(IOException failed, boolean overdue) {
        String message = String.valueOf(failed.getMessage());
        if (overdue || hasCause(failed, SocketTimeoutException.class)) {
            return TIMEOUT;
        }
        Matcher alert = ALERT.matcher(message);
        if (alert.find()) {
            return ofAlert(alert.group(1));
        }
        if (says(message, OF_VERSION)) {
            return NO_SHARED_VERSION;
        }
        if (says(message, OF_CIPHER)) {
            return NO_SHARED_CIPHER;
        }
        if (says(message, OF_OTHER_PROTOCOLS)) {
            return NOT_TLS;
        }
        return hasCause(failed, EOFException.class) || hasCause(failed, SocketException.class)
                ? CLOSED_EARLY
                : OTHER;
    }

    /// Empty if these bytes are no alert that speaks of a certificate.
    static Optional<HandshakeFailure> ofAlertInClear(byte[] record) {
        return record.length == ALERT_RECORD_BYTES
                        && record[0] == ALERT_RECORD
                        && OF_CERTIFICATE.containsValue((int) record[ALERT_RECORD_BYTES - 1])
                ? Optional.of(CLIENT_REFUSED_CERTIFICATE)
                : Optional.empty();
    }

    private static HandshakeFailure ofAlert(String alert) {
        return switch (alert) {
            case "protocol_version" -> NO_SHARED_VERSION;
            case "handshake_failure", "insufficient_security" -> NO_SHARED_CIPHER;
            case "user_canceled", "close_notify" -> CLOSED_EARLY;
            default -> OF_CERTIFICATE.containsKey(alert) ? CLIENT_REFUSED_CERTIFICATE : OTHER;
        };
    }

    private static boolean says(String message, Set<String> any) {
        return any.stream().anyMatch(message::contains);
    }

    private static boolean hasCause(IOException failed, Class<? extends IOException> kind) {
        Throwable cause = failed;
        while (cause != null && !kind.isInstance(cause)) {
            cause = cause.getCause();
        }
        return cause != null;
    }
}
