package org.postern.mail.mime;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.StringTokenizer;

/// Reads a date-time of RFC 5322, section 3.3, with the obsolete forms of section 4.3.
final class DateText {

    private static final int LONGEST = 128;

    private static final List<String> MONTHS =
            List.of(
                    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov",
                    "dec");

    /// Hours from UTC; letters and unknown names count as UTC (RFC 5322, section 4.3).
    private static final Map<String, Integer> ZONES =
            Map.of(
                    "edt", -4, "est", -5, "cdt", -5, "cst", -6, "mdt", -6, "mst", -7, "pdt", -7,
                    "pst", -8);

    private DateText() {}

    static Optional<Instant> parse(String value) {
        if (value.length() > LONGEST) {
            return Optional.empty();
        }
        var words = new ArrayList<String>();
        var tokens = new StringTokenizer(withoutComments(value).toLowerCase(Locale.ROOT), " \t,");
        while (tokens.hasMoreTokens()) {
            words.add(tokens.nextToken());
        }
        if (!words.isEmpty() && Character.isLetter(words.getFirst().charAt(0))) {
            words.removeFirst(); // the day of the week says nothing new
        }
        if (words.size() < 4) {
            return Optional.empty();
        }
        try {
            String[] time = words.get(3).split(":", -1);
            var local =
                    LocalDateTime.of(
                            year(words.get(2)),
                            month(words.get(1)),
                            Integer.parseInt(words.get(0)),
                            Integer.parseInt(time[0]),
                            Integer.parseInt(time[1]),
                            time.length > 2
                                    ? Math.min(59, Integer.parseInt(time[2]))
                                    : 0); // 60: a leap second
            return Optional.of(local.toInstant(zone(words.size() > 4 ? words.get(4) : "gmt")));
        } catch (DateTimeException | NumberFormatException | IndexOutOfBoundsException notADate) {
            return Optional.empty();
        }
    }

    private static int month(String name) {
        return MONTHS.indexOf(name.length() > 3 ? name.substring(0, 3) : name) + 1;
    }

    private static int year(String digits) {
        int year = Integer.parseInt(digits);
        if (digits.length() == 2) {
            return year < 50 ? 2000 + year : 1900 + year;
        }
        return digits.length() == 3 ? 1900 + year : year;
    }

    private static ZoneOffset zone(String name) {
        char sign = name.charAt(0);
        if ((sign == '+' || sign == '-') && name.length() == 5) {
            int hours = Integer.parseInt(name.substring(1, 3));
            int minutes = Integer.parseInt(name.substring(3, 5));
            return sign == '+'
                    ? ZoneOffset.ofHoursMinutes(hours, minutes)
                    : ZoneOffset.ofHoursMinutes(-hours, -minutes);
        }
        return ZoneOffset.ofHours(ZONES.getOrDefault(name, 0));
    }

    private static String withoutComments(String value) {
        var text = new StringBuilder(value.length());
        int depth = 0;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '(') {
                depth++;
            } else if (c == ')' && depth > 0) {
                depth--;
                text.append(' ');
            } else if (depth == 0) {
                text.append(c);
            }
        }
        return text.toString();
    }
}
