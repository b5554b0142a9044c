package org.postern.mail.mime;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// The sender's mark for encryption: a subject that stands as a whole in brackets, `[Your
/// results]`, also after `Re:` and its like. `[list-name] hello` is no mark, since the pair does
/// not enclose the whole subject.
public final class SubjectTrigger {

    /// A pair that may enclose a subject; the tenant chooses which.
    public enum Brackets {
        SQUARE('[', ']'),
        CURLY('{', '}'),
        PIPES('|', '|');

        private final char open;
        private final char close;

        Brackets(char open, char close) {
            this.open = open;
            this.close = close;
        }
    }

    /// What mail clients put before the subject of a reply or of a forwarded message, lower case,
    /// without the colon.
    private static final Set<String> PREFIXES =
            Set.of(
                    "re",
                    "fw",
                    "fwd", // English
                    "aw",
                    "antw",
                    "antwort",
                    "wg", // German, Dutch
                    "sv",
                    "vs",
                    "vb",
                    "vl", // Swedish, Danish, Norwegian, Finnish
                    "tr",
                    "rép",
                    "rif",
                    "r",
                    "i",
                    "ref", // French, Italian
                    "rv",
                    "res",
                    "enc",
                    "rsp", // Spanish, Portuguese
                    "odp",
                    "pd",
                    "ynt",
                    "ilt",
                    "atb",
                    "vá",
                    "továbbítás",
                    "απ",
                    "σχετ",
                    "πρθ", // and further
                    "回复",
                    "回覆",
                    "答复",
                    "转发",
                    "轉寄",
                    "返信",
                    "転送");

    private static final int LONGEST_PREFIX = 16;

    private final Set<Brackets> pairs;

    public SubjectTrigger(Set<Brackets> pairs) {
        this.pairs = pairs.isEmpty() ? EnumSet.noneOf(Brackets.class) : EnumSet.copyOf(pairs);
    }

    /// Square brackets alone, the default of a tenant.
    public static SubjectTrigger square() {
        return new SubjectTrigger(Set.of(Brackets.SQUARE));
    }

    /// The subject that people see, prefixes kept and the pair removed; nothing if the subject
    /// bears no mark.
    ///
    /// In doubt it is a mark: what its sender meant to be sealed must not go out in clear. So `[]`
    /// is one (its subject is empty), and so is `[Results [final]`, whose last bracket closes
    /// whatever was open.
    public Optional<String> match(String decodedSubject) {
        String subject = trim(decodedSubject);
        int start = afterPrefixes(subject);
        String marked = subject.substring(start);
        return pairs.stream()
                .filter(pair -> encloses(pair, marked))
                .findFirst()
                .map(pair ->
                        trim(
                                subject.substring(0, start)
                                        + trim(marked.substring(1, marked.length() - 1))));
    }

    private static boolean encloses(Brackets pair, String text) {
        int last = text.length() - 1;
        if (last < 1 || text.charAt(0) != pair.open || text.charAt(last) != pair.close) {
            return false;
        }
        if (pair.open == pair.close) {
            return true;
        }
        int depth = 0;
        for (int i = 0; i <= last; i++) {
            char c = text.charAt(i);
            if (depth == 0 && i > 0 && c != pair.close && !isBlank(c)) {
                return false; // the first pair is closed and the subject goes on: a tag
            }
            if (c == pair.open) {
                depth++;
            } else if (c == pair.close && depth > 0) {
                depth--;
            }
        }
        return true;
    }

    private static int afterPrefixes(String subject) {
        int start = 0;
        while (true) {
            int end = afterPrefix(subject, start);
            if (end < 0) {
                return start;
            }
            start = end;
        }
    }

    /// `Re:`, `RE :`, `Re[2]:`, `AW(3):`, also with the full-width colon of Chinese clients; -1 if
    /// there is none here.
    private static int afterPrefix(String subject, int from) {
        int end = from;
        int limit = Math.min(subject.length(), from + LONGEST_PREFIX);
        while (end < limit && Character.isLetter(subject.charAt(end))) {
            end++;
        }
        if (!PREFIXES.contains(subject.substring(from, end).toLowerCase(Locale.ROOT))) {
            return -1;
        }
        end = afterBlanks(subject, afterCount(subject, afterBlanks(subject, end)));
        if (end == subject.length()
                || (subject.charAt(end) != ':' && subject.charAt(end) != '\uff1a')) {
            return -1;
        }
        return afterBlanks(subject, end + 1);
    }

    private static int afterBlanks(String subject, int from) {
        int end = from;
        while (end < subject.length() && isBlank(subject.charAt(end))) {
            end++;
        }
        return end;
    }

    private static int afterCount(String subject, int from) {
        if (from >= subject.length()) {
            return from;
        }
        int close = "[(".indexOf(subject.charAt(from));
        int end = from + 1;
        while (end < subject.length() && Character.isDigit(subject.charAt(end))) {
            end++;
        }
        boolean counted =
                close >= 0
                        && end > from + 1
                        && end < subject.length()
                        && subject.charAt(end) == "])".charAt(close);
        return counted ? end + 1 : from;
    }

    private static String trim(String text) {
        int from = 0;
        int to = text.length();
        while (from < to && isBlank(text.charAt(from))) {
            from++;
        }
        while (to > from && isBlank(text.charAt(to - 1))) {
            to--;
        }
        return text.substring(from, to);
    }

    /// Also the blanks that nobody sees: no-break and zero-width space, byte order mark.
    private static boolean isBlank(char c) {
        return Character.isWhitespace(c)
                || Character.isSpaceChar(c)
                || c == '\u200b'
                || c == '\ufeff';
    }
}
