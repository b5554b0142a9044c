package org.postern.notifications.report;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// `xtext` of RFC 3461, section 4, read back.
final class Xtext {

    private static final Pattern HEX = Pattern.compile("\\+([0-9A-F]{2})");
    private static final Pattern PRINTABLE = Pattern.compile("[\\x20-\\x7E]+");

    private Xtext() {}

    /// Nothing if it hides what is not printable US-ASCII (RFC 3461, section 4.4): a line end would
    /// begin a field of the client's own.
    static Optional<String> decode(String xtext) {
        String text =
                HEX.matcher(xtext)
                        .replaceAll(hex ->
                                Matcher.quoteReplacement(
                                        String.valueOf((char) Integer.parseInt(hex.group(1), 16))));
        return PRINTABLE.matcher(text).matches() && !text.isBlank()
                ? Optional.of(text.strip())
                : Optional.empty();
    }
}
