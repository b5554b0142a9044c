package org.postern.intake;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// The argument of MAIL or RCPT: a path in angle brackets and parameters (RFC 5321, section 4.1.2).
///
/// @param path what stands between the brackets
/// @param parameters keywords in upper case with their values, empty where there is none
record PathArgument(String path, Map<String, String> parameters) {

    // esmtp-keyword and esmtp-value of RFC 5321, section 4.1.2; UTF-8 in values by RFC 6531
    private static final Pattern PARAMETER =
            Pattern.compile("([A-Za-z0-9][A-Za-z0-9-]*)(?:=([^\\x00-\\x20=\\x7F]+))?");

    /// Nothing for a syntax error.
    ///
    /// A blank behind the colon is against the standard, but common in printers and scanners, and
    /// takes nothing from the meaning.
    static Optional<PathArgument> parse(String word, String argument) {
        if (!argument.regionMatches(true, 0, word, 0, word.length())) {
            return Optional.empty();
        }
        String rest = argument.substring(word.length()).stripLeading();
        int end = endOfPath(rest);
        if (end < 0) {
            return Optional.empty();
        }
        String path = rest.substring(1, end);
        String tail = rest.substring(end + 1);
        if (!tail.isEmpty() && tail.charAt(0) != ' ') {
            return Optional.empty();
        }
        return parameters(tail.strip()).map(parameters -> new PathArgument(path, parameters));
    }

    /// The bracket that closes the path; one in a quoted string does not (`<"a>b"@example.com>`).
    private static int endOfPath(String text) {
        if (!text.startsWith("<")) {
            return -1;
        }
        boolean quoted = false;
        for (int i = 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else if (c == '\\' && quoted) {
                i++;
            } else if (c == '>' && !quoted) {
                return i;
            }
        }
        return -1;
    }

    private static Optional<Map<String, String>> parameters(String text) {
        Map<String, String> parameters = new LinkedHashMap<>();
        if (text.isEmpty()) {
            return Optional.of(parameters);
        }
        for (String word : text.split(" +", -1)) {
            var matcher = PARAMETER.matcher(word);
            if (!matcher.matches()) {
                return Optional.empty();
            }
            String value = matcher.group(2) == null ? "" : matcher.group(2);
            if (parameters.put(matcher.group(1).toUpperCase(Locale.ROOT), value) != null) {
                return Optional.empty(); // twice the same: which one would count?
            }
        }
        return Optional.of(parameters);
    }

    /// Paths are personal: not for logs.
    @Override
    public String toString() {
        return "PathArgument[redacted]";
    }
}
