package org.postern.portal.frame;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// A time as a page shows it.
///
/// @param exact for machines, and for a script that knows the reader's zone
/// @param text short: the hour today, else the date
/// @param medium day and hour
/// @param full for who wants to know
public record When(String exact, String text, String medium, String full) {

    private static final DateTimeFormatter HOUR = formatter("HH:mm");
    private static final DateTimeFormatter DAY = formatter("d MMM");
    private static final DateTimeFormatter DAY_OF_YEAR = formatter("d MMM yyyy");
    private static final DateTimeFormatter MEDIUM = formatter("d MMM yyyy, HH:mm zzz");
    private static final DateTimeFormatter FULL = formatter("EEEE, d MMMM yyyy, HH:mm zzz");

    static When of(Instant time, Instant now, ZoneId zone) {
        ZonedDateTime then = time.atZone(zone);
        ZonedDateTime today = now.atZone(zone);
        DateTimeFormatter text =
                then.toLocalDate().equals(today.toLocalDate())
                        ? HOUR
                        : then.getYear() == today.getYear() ? DAY : DAY_OF_YEAR;
        return new When(time.toString(), text.format(then), MEDIUM.format(then), FULL.format(then));
    }

    private static DateTimeFormatter formatter(String pattern) {
        return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH);
    }
}
