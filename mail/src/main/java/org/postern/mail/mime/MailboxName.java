package org.postern.mail.mime;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A mailbox as a header field names it (RFC 5322, section 3.4): a claim of the author, never an
/// identity.
///
/// @param displayName decoded, fit to be shown, at most 256 characters
/// @param address as written, without white space and brackets; not checked
public record MailboxName(Optional<String> displayName, String address) {

    static final int LONGEST_DISPLAY_NAME = 256;
    static final int LONGEST_ADDRESS = 320; // 64 + "@" + 255: RFC 5321, section 4.5.3.1

    /// Reads an address list as far as `most` mailboxes, in one pass and leniently: groups are
    /// flattened, the old `user@host (Name)` is understood, what holds no address is left out.
    static List<MailboxName> parse(String value, int most) {
        return new ListParser(value, most).parse();
    }

    /// A name and an address are content: not for logs.
    @Override
    public String toString() {
        return "MailboxName[redacted]";
    }

    private static final class ListParser {

        private final String text;
        private final int most;
        private final List<MailboxName> mailboxes = new ArrayList<>();
        private final StringBuilder phrase = new StringBuilder();
        private final StringBuilder bare = new StringBuilder();
        private final StringBuilder comment = new StringBuilder();
        private final StringBuilder angle = new StringBuilder();
        private boolean afterBlank;
        private boolean gapInBare;
        private int position;

        ListParser(String text, int most) {
            this.text = text;
            this.most = most;
        }

        List<MailboxName> parse() {
            while (position < text.length() && mailboxes.size() < most) {
                char c = text.charAt(position++);
                switch (c) {
                    case '"' -> quoted();
                    case '(' -> comment();
                    case '<' -> angle();
                    case ',', ';' -> finish();
                    case ':' -> colon();
                    case ' ', '\t' -> blank();
                    default -> plain(c);
                }
            }
            if (mailboxes.size() < most) {
                finish();
            }
            return List.copyOf(mailboxes);
        }

        private void plain(char c) {
            gapInBare = gapInBare || (afterBlank && !bare.isEmpty());
            afterBlank = false;
            phrase.append(c);
            bare.append(c);
        }

        private void blank() {
            phrase.append(' ');
            afterBlank = true;
        }

        private void quoted() {
            bare.append('"');
            while (position < text.length()) {
                char c = text.charAt(position++);
                bare.append(c);
                if (c == '"') {
                    return;
                }
                if (c == '\\' && position < text.length()) {
                    c = text.charAt(position++);
                    bare.append(c);
                }
                phrase.append(c);
            }
        }

        /// Comments nest and hold quoted pairs (RFC 5322, section 3.2.2).
        private void comment() {
            comment.setLength(0);
            int depth = 1;
            while (position < text.length()) {
                char c = text.charAt(position++);
                if (c == '\\' && position < text.length()) {
                    c = text.charAt(position++);
                } else if (c == '(') {
                    depth++;
                } else if (c == ')' && --depth == 0) {
                    return;
                }
                comment.append(c);
            }
        }

        private void angle() {
            angle.setLength(0);
            boolean inQuotes = false;
            while (position < text.length()) {
                char c = text.charAt(position++);
                if (c == '"') {
                    inQuotes = !inQuotes;
                } else if (c == '>' && !inQuotes) {
                    return;
                }
                if (inQuotes && c == '\\' && position < text.length()) {
                    angle.append(c);
                    c = text.charAt(position++);
                }
                if (inQuotes || (c != ' ' && c != '\t')) {
                    angle.append(c);
                }
            }
        }

        /// `Undisclosed recipients: a@b, c@d;`: the name of a group is nobody's address (RFC 5322,
        /// section 3.4).
        private void colon() {
            if (angle.isEmpty() && bare.indexOf("@") < 0) {
                clear();
            } else {
                plain(':');
            }
        }

        private void finish() {
            if (!angle.isEmpty()) {
                String name = phrase.toString();
                add(withoutRoute(angle.toString()), name.isBlank() ? comment.toString() : name);
            } else if (bare.indexOf("@") >= 0 || !gapInBare) {
                add(bare.toString(), comment.toString());
            }
            clear();
        }

        /// `<@relay,@relay:user@host>` (RFC 5322, section 4.4): only the last part is an address.
        private static String withoutRoute(String address) {
            int colon = address.startsWith("@") ? address.indexOf(':') : -1;
            return address.substring(colon + 1);
        }

        private void add(String address, String name) {
            String safe = DisplayText.of(address, LONGEST_ADDRESS + 1);
            if (safe.isEmpty() || safe.length() > LONGEST_ADDRESS) {
                return;
            }
            String shown =
                    DisplayText.of(EncodedWords.decode(name.strip()), LONGEST_DISPLAY_NAME).strip();
            mailboxes.add(
                    new MailboxName(shown.isEmpty() ? Optional.empty() : Optional.of(shown), safe));
        }

        private void clear() {
            phrase.setLength(0);
            bare.setLength(0);
            comment.setLength(0);
            angle.setLength(0);
            afterBlank = false;
            gapInBare = false;
        }
    }
}
