package org.postern.notifications.outgoing;

import java.text.Normalizer;

/// Text from elsewhere (a sender's name, an organisation's), made fit for one line of a mail.
///
/// What could end a header field, turn the reading direction or hide, is gone; so is length.
/// Encoding and quoting come later and are not needed for safety.
public final class PlainLine {

    private static final int LONGEST_NAME = 64;
    private static final int LONGEST = 150;

    private PlainLine() {}

    /// A line: NFC, single spaces, at most 150 code points.
    public static String of(String raw) {
        return cut(clean(raw), LONGEST);
    }

    /// A name: a line of at most 64 code points which is not a place to click.
    public static String name(String raw) {
        return cut(clean(raw.replace("://", " ")), LONGEST_NAME);
    }

    private static String clean(String raw) {
        StringBuilder line = new StringBuilder();
        Normalizer.normalize(raw, Normalizer.Form.NFC)
                .codePoints()
                .map(PlainLine::shown)
                .forEach(c -> {
                    boolean doubled =
                            c == ' ' && (line.isEmpty() || line.charAt(line.length() - 1) == ' ');
                    if (c >= 0 && !doubled) {
                        line.appendCodePoint(c);
                    }
                });
        // would be decoded by who reads it (RFC 2047, section 2)
        return line.toString().replace("=?", "= ?").strip();
    }

    /// -1 for what is not shown.
    private static int shown(int codePoint) {
        if (codePoint == 0x200C || codePoint == 0x200D) {
            return codePoint; // joiners, without which Persian and Indic names are misspelt
        }
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SPACE_SEPARATOR ->
                    ' ';
            case Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED ->
                    -1;
            default -> codePoint;
        };
    }

    private static String cut(String line, int longest) {
        if (line.codePointCount(0, line.length()) <= longest) {
            return line;
        }
        return line.substring(0, line.offsetByCodePoints(0, longest - 1)).strip() + "…";
    }
}
