package org.postern.intake.dns;

import java.net.IDN;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// Domain names as mail writes them.
public final class DomainText {

    /// Letters, digits and hyphens, and the underscore that selectors have; no escapes.
    private static final Pattern NAME =
            Pattern.compile("[a-z0-9_-]{1,63}(?:\\.[a-z0-9_-]{1,63}){0,126}");

    private static final int LONGEST = 253;

    private DomainText() {}

    /// In lower case and in the DNS's own letters, so that equal names are equal texts; nothing if
    /// it is no name.
    public static Optional<String> canonical(String text) {
        try {
            String ascii =
                    text.chars().allMatch(c -> c < 0x80)
                            ? text
                            : IDN.toASCII(text, IDN.ALLOW_UNASSIGNED);
            String lower = ascii.toLowerCase(Locale.ROOT);
            return lower.length() <= LONGEST && NAME.matcher(lower).matches()
                    ? Optional.of(lower)
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /// Whether a name is the other or lies below it; both as [#canonical] gives them.
    public static boolean isWithin(String name, String other) {
        return name.equals(other) || name.endsWith("." + other);
    }
}
