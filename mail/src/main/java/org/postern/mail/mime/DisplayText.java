package org.postern.mail.mime;

import java.text.Normalizer;

/// Text of a stranger, made fit to stand in a line of ours: NFC, no control characters, no
/// reordering of what surrounds it.
final class DisplayText {

    /// More marks than this on one letter occur in no language (Unicode TR 15, Stream-Safe Text);
    /// sorting such a run is quadratic in the JDK's normaliser.
    private static final int LONGEST_RUN_OF_MARKS = 30;

    private DisplayText() {}

    /// @param maxLength in UTF-16 units; a pair of surrogates is never cut
    static String of(String text, int maxLength) {
        String cut = cut(text, maxLength);
        var clean = new StringBuilder(cut.length());
        for (int i = 0; i < cut.length(); i++) {
            char c = cut.charAt(i);
            if (isBidiControl(c)) {
                clean.append(
                        '\ufffd'); // seen, but without effect ("Trojan Source", CVE-2021-42574)
            } else if (Character.isISOControl(c) || c == '\u2028' || c == '\u2029') {
                clean.append(' ');
            } else if (isLoneSurrogate(cut, i)) {
                clean.append('\ufffd');
            } else {
                clean.append(c);
            }
        }
        return cut(nfc(clean.toString()), maxLength);
    }

    /// Embeddings, overrides and isolates (UAX 9): U+202A-202E and U+2066-2069.
    static boolean isBidiControl(char c) {
        return (c >= '\u202a' && c <= '\u202e') || (c >= '\u2066' && c <= '\u2069');
    }

    static boolean isLoneSurrogate(String text, int at) {
        char c = text.charAt(at);
        if (Character.isHighSurrogate(c)) {
            return at + 1 == text.length() || !Character.isLowSurrogate(text.charAt(at + 1));
        }
        return Character.isLowSurrogate(c)
                && (at == 0 || !Character.isHighSurrogate(text.charAt(at - 1)));
    }

    static String nfc(String text) {
        return hasEndlessMarks(text) ? text : Normalizer.normalize(text, Normalizer.Form.NFC);
    }

    private static boolean hasEndlessMarks(String text) {
        int run = 0;
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            run = isMark(c) ? run + 1 : 0;
            if (run > LONGEST_RUN_OF_MARKS) {
                return true;
            }
            i += Character.charCount(c);
        }
        return false;
    }

    private static boolean isMark(int c) {
        int type = Character.getType(c);
        return type == Character.NON_SPACING_MARK
                || type == Character.ENCLOSING_MARK
                || type == Character.COMBINING_SPACING_MARK;
    }

    static String cut(String text, int maxLength) {
        if (text.length() <= maxLength) {
            return text;
        }
        int end =
                maxLength > 0 && Character.isHighSurrogate(text.charAt(maxLength - 1))
                        ? maxLength - 1
                        : maxLength;
        return text.substring(0, end);
    }
}
