package org.postern.server.board;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A time as an operator writes it: `2026-12-01T22:00`, with an offset if it is not the machine's
/// zone, or `+90m`, `+2h` from now.
final class AskedTime {

    private static final Pattern FROM_NOW = Pattern.compile("\\+([0-9]{1,4})([mhd])");

    private AskedTime() {}

    /// @throws RefusedException with a sentence if it is none
    static Instant parse(String option, String text, Instant now, ZoneId zone)
            throws RefusedException {
        Matcher fromNow = FROM_NOW.matcher(text);
        if (fromNow.matches()) {
            long count = Long.parseLong(fromNow.group(1));
            return now.plus(
                    switch (fromNow.group(2)) {
                        case "m" -> Duration.ofMinutes(count);
                        case "h" -> Duration.ofHours(count);
                        default -> Duration.ofDays(count);
                    });
        }
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException withoutOffset) {
            try {
                return LocalDateTime.parse(text).atZone(zone).toInstant();
            } catch (DateTimeException e) {
                throw new RefusedException(
                        option
                                + " wants a time such as 2026-12-01T22:00, 2026-12-01T22:00Z or"
                                + " +2h.");
            }
        }
    }
}
