package org.postern.mail.mime;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.postern.db.store.MailRules;
import org.postern.db.store.MailRules.Brackets;

/// The sender's mark for encryption: a subject that stands as a whole in brackets, `[Your
/// results]`, also after `Re:` and its like. `[list-name] hello` is no mark, since the pair does
/// not enclose the whole subject. Tags, where a tenant has some, are marks wherever they stand:
/// `[encrypt] hello`, `hello #encrypt`.
public final class SubjectTrigger {

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

    private final List<Brackets> pairs;
    private final List<String> tags;

    /// What marks this tenant's mail.
    public SubjectTrigger(MailRules rules) {
        this.pairs = rules.brackets();
        this.tags = rules.tags();
    }

    /// The subject that people see, prefixes kept, the pair and the tags removed; nothing if the
    /// subject bears no mark.
    ///
    /// In doubt it is a mark: what its sender meant to be sealed must not go out in clear. So `[]`
    /// is one (its subject is empty), and so is `[Results [final]`, whose last bracket closes
    /// whatever was open.
    public Optional<String> match(String decodedSubject) {
        String subject = trim(decodedSubject);
        String rest = trim(SubjectOptions.parse(subject).rest());
        String untagged = trim(withoutTags(rest));
        return withoutPair(untagged)
                .map(inner -> SubjectOptions.parse(inner).rest())
                .or(() -> untagged.equals(rest) ? Optional.empty() : Optional.of(untagged));
    }

    /// The subject that people see, whatever it is that marks the message.
    public String shown(String decodedSubject) {
        return match(decodedSubject).orElseGet(() -> SubjectOptions.parse(decodedSubject).rest());
    }

    /// What is asked of this message, beside a pair or in it.
    public SubjectOptions options(String decodedSubject) {
        SubjectOptions beside = SubjectOptions.parse(trim(decodedSubject));
        String untagged = trim(withoutTags(beside.rest()));
        return withoutPair(untagged)
                .map(inner -> beside.and(SubjectOptions.parse(inner)))
                .orElse(beside);
    }

    private Optional<String> withoutPair(String subject) {
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

    private String withoutTags(String subject) {
        String rest = subject;
        for (String tag : tags) {
            int at = find(tag, rest, 0);
            while (at >= 0) {
                String before = trimEnd(rest.substring(0, at));
                String behind = trim(rest.substring(at + tag.length()));
                String blank = before.isEmpty() || behind.isEmpty() ? "" : " ";
                rest = before + blank + behind;
                at = find(tag, rest, before.length());
            }
        }
        return rest;
    }

    /// Where the tag stands; -1 if nowhere. One in brackets may touch what is beside it, `#encrypt`
    /// is a word of its own.
    private static int find(String tag, String subject, int from) {
        for (int at = from; at + tag.length() <= subject.length(); at++) {
            if (subject.regionMatches(true, at, tag, 0, tag.length())
                    && (isWordEnd(subject, at - 1) || isWordEnd(tag, 0))
                    && (isWordEnd(subject, at + tag.length())
                            || isWordEnd(tag, tag.length() - 1))) {
                return at;
            }
        }
        return -1;
    }

    private static boolean isWordEnd(String text, int at) {
        return at < 0
                || at >= text.length()
                || (!Character.isLetterOrDigit(text.charAt(at))
                        && "#-_".indexOf(text.charAt(at)) < 0);
    }

    private static boolean encloses(Brackets pair, String text) {
        int last = text.length() - 1;
        if (last < 1 || text.charAt(0) != pair.open() || text.charAt(last) != pair.close()) {
            return false;
        }
        if (pair.open() == pair.close()) {
            return true;
        }
        int depth = 0;
        for (int i = 0; i <= last; i++) {
            char c = text.charAt(i);
            if (depth == 0 && i > 0 && c != pair.close() && !isBlank(c)) {
                return false; // the first pair is closed and the subject goes on: a tag
            }
            if (c == pair.open()) {
                depth++;
            } else if (c == pair.close() && depth > 0) {
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
        return trimEnd(text.substring(afterBlanks(text, 0)));
    }

    private static String trimEnd(String text) {
        int to = text.length();
        while (to > 0 && isBlank(text.charAt(to - 1))) {
            to--;
        }
        return text.substring(0, to);
    }

    /// Also the blanks that nobody sees: no-break and zero-width space, byte order mark.
    private static boolean isBlank(char c) {
        return Character.isWhitespace(c)
                || Character.isSpaceChar(c)
                || c == '\u200b'
                || c == '\ufeff';
    }
}
