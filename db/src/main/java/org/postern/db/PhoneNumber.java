package org.postern.db;

import java.util.Optional;
import java.util.regex.Pattern;

/// The number of a phone, by which it is reached from every country (ITU-T E.164). Personal: it
/// prints as nothing, and is stored only sealed.
///
/// @param text `+` and 7 to 15 digits
public record PhoneNumber(String text) {

    private static final Pattern E164 = Pattern.compile("\\+[1-9][0-9]{6,14}");

    /// What people write between the digits; keyboards have several spaces and hyphens.
    private static final Pattern BETWEEN =
            Pattern.compile("[\\p{Zs}\\t\\-\\u2010\\u2011\\u2012\\u2013()]+");

    /// For callers from the same country alone: "+49 (0)171" is no number that anybody can dial.
    private static final Pattern TRUNK_PREFIX = Pattern.compile("\\(\\s*0\\s*\\)");

    public PhoneNumber {
        if (!E164.matcher(text).matches()) {
            throw new IllegalArgumentException("not a number of E.164");
        }
    }

    /// Reads a number as people write it: `+49 171 1234567`, `0049 (171) 123-4567`. Empty if it is
    /// none, or lacks the country.
    public static Optional<PhoneNumber> parse(String written) {
        if (written.length() > 100 || TRUNK_PREFIX.matcher(written).find()) {
            return Optional.empty();
        }
        String dense = BETWEEN.matcher(written).replaceAll("");
        String number = dense.startsWith("00") ? "+" + dense.substring(2) : dense;
        return E164.matcher(number).matches()
                ? Optional.of(new PhoneNumber(number))
                : Optional.empty();
    }

    /// The last two digits, by which its owner knows it.
    public String ending() {
        return text.substring(text.length() - 2);
    }

    @Override
    public String toString() {
        return "PhoneNumber[redacted]";
    }
}
