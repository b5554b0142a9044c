package org.postern.mail.report;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postern.notifications.report.RelayReply;
import org.postern.notifications.report.Report.Fate;

/// Why a notice was given up, in the words of RFC 3463.
///
/// @param reason with which its job waits or was discarded
/// @param said what a mail server said last
record FailedNotice(String reason, Optional<String> said) {

    private static final Pattern REFUSED =
            Pattern.compile("refused-(5[0-9]{2})(?:-(5\\.[0-9]{1,3}\\.[0-9]{1,3}))?");
    private static final Pattern RETURNED =
            Pattern.compile("returned-([45]\\.[0-9]{1,3}\\.[0-9]{1,3})");
    private static final Pattern DEFERRED = Pattern.compile("deferred-([45][0-9]{2})");

    /// What a mail server said last, or the codes of it where its words were not kept.
    Optional<RelayReply> reply() {
        return said.or(this::codes).map(RelayReply::new);
    }

    Fate.Failed fate() {
        Matcher refused = REFUSED.matcher(reason);
        if (refused.matches()) {
            return new Fate.Failed(Optional.ofNullable(refused.group(2)).orElse("5.0.0"), reply());
        }
        Matcher returned = RETURNED.matcher(reason);
        if (returned.matches()) {
            return new Fate.Failed(returned.group(1), reply());
        }
        return switch (reason) {
            case "relay-without-smtputf8" -> failed("5.6.7"); // RFC 6531, section 3.5
            case "names-do-not-open" -> failed("5.3.0");
            // Tried until its time was over: RFC 3463, section 3.5, X.4.7.
            default -> new Fate.Failed("4.4.7", reply());
        };
    }

    private Optional<String> codes() {
        Matcher refused = REFUSED.matcher(reason);
        if (refused.matches()) {
            String enhanced = refused.group(2) == null ? "" : " " + refused.group(2);
            return Optional.of(refused.group(1) + enhanced);
        }
        Matcher deferred = DEFERRED.matcher(reason);
        return deferred.matches() ? Optional.of(deferred.group(1)) : Optional.empty();
    }

    private static Fate.Failed failed(String status) {
        return new Fate.Failed(status, Optional.empty());
    }

    @Override
    public String toString() {
        return "FailedNotice[" + reason + "]";
    }
}
