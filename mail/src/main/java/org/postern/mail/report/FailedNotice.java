package org.postern.mail.report;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postern.notifications.report.Report.Fate;

/// Why a notice was given up, in the words of RFC 3463.
final class FailedNotice {

    private static final Pattern REFUSED =
            Pattern.compile("refused-(5[0-9]{2})(?:-(5\\.[0-9]{1,3}\\.[0-9]{1,3}))?");
    private static final Pattern DEFERRED = Pattern.compile("deferred-([45][0-9]{2})");

    private FailedNotice() {}

    /// The codes of the last reply.
    ///
    /// @param reason with which the job waits
    static Optional<String> reply(Optional<String> reason) {
        Matcher deferred = DEFERRED.matcher(reason.orElse(""));
        return deferred.matches() ? Optional.of(deferred.group(1)) : Optional.empty();
    }

    /// @param reason with which the job was discarded
    static Fate.Failed fate(Optional<String> reason) {
        String word = reason.orElse("");
        Matcher refused = REFUSED.matcher(word);
        if (refused.matches()) {
            Optional<String> enhanced = Optional.ofNullable(refused.group(2));
            return new Fate.Failed(
                    enhanced.orElse("5.0.0"),
                    Optional.of(refused.group(1) + enhanced.map(codes -> " " + codes).orElse("")));
        }
        return switch (word) {
            case "relay-without-smtputf8" -> failed("5.6.7"); // RFC 6531, section 3.5
            case "names-do-not-open" -> failed("5.3.0");
            // Tried until its time was over: RFC 3463, section 3.5, X.4.7.
            default -> new Fate.Failed("4.4.7", reply(reason));
        };
    }

    private static Fate.Failed failed(String status) {
        return new Fate.Failed(status, Optional.empty());
    }
}
