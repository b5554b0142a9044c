package org.postern.db.store;

import java.util.List;

/// What a tenant has decided about the mail it hands in, besides what holds for every tenant.
///
/// @param brackets pairs that mark a message by enclosing its whole subject
/// @param tags what marks a message wherever it stands in the subject: `[encrypt]`, `#encrypt`; in
///   lower case
/// @param markFields header fields that mark a message
/// @param normalizesLineEnds whether a lone LF in a message counts as CRLF; else such a message is
///   refused
public record MailRules(
        List<Brackets> brackets,
        List<String> tags,
        List<MarkField> markFields,
        boolean normalizesLineEnds) {

    /// What a tenant has that has decided nothing.
    public static final MailRules DEFAULT =
            new MailRules(List.of(Brackets.SQUARE), List.of(), List.of(), false);

    public MailRules {
        brackets = List.copyOf(brackets);
        tags = List.copyOf(tags);
        markFields = List.copyOf(markFields);
    }

    /// A pair that may enclose a subject.
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

        public char open() {
            return open;
        }

        public char close() {
            return close;
        }
    }

    /// A header field with a value, compared without regard to case.
    public record MarkField(String name, String value) {}
}
