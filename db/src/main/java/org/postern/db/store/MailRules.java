package org.postern.db.store;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.postern.db.ReadingTerms;

/// What a tenant has decided about the mail it hands in, besides what holds for every tenant.
///
/// @param brackets pairs that mark a message by enclosing its whole subject
/// @param tags what marks a message wherever it stands in the subject: `[encrypt]`, `#encrypt`; in
///   lower case
/// @param markFields header fields that mark a message
/// @param normalizesLineEnds whether a lone LF in a message counts as CRLF; else such a message is
///   refused
/// @param keeping how long its messages can be read
/// @param returnDomain to which its notices come back when they cannot be delivered, in lower case
public record MailRules(
        List<Brackets> brackets,
        List<String> tags,
        List<MarkField> markFields,
        boolean normalizesLineEnds,
        Keeping keeping,
        Optional<String> returnDomain) {

    /// What a tenant has that has decided nothing.
    public static final MailRules DEFAULT =
            new MailRules(List.of(Brackets.SQUARE), List.of(), List.of(), false, Keeping.DEFAULT);

    public MailRules {
        brackets = List.copyOf(brackets);
        tags = List.copyOf(tags);
        markFields = List.copyOf(markFields);
        keeping =
                Objects.requireNonNullElse(keeping, Keeping.DEFAULT); // an older snapshot has none
    }

    /// Of a tenant whose notices come back to nobody here.
    public MailRules(
            List<Brackets> brackets,
            List<String> tags,
            List<MarkField> markFields,
            boolean normalizesLineEnds,
            Keeping keeping) {
        this(brackets, tags, markFields, normalizesLineEnds, keeping, Optional.empty());
    }

    /// The same with another domain to which notices come back.
    public MailRules withReturnDomain(Optional<String> domain) {
        return new MailRules(brackets, tags, markFields, normalizesLineEnds, keeping, domain);
    }

    /// How long messages can be read.
    ///
    /// @param days from acceptance, unless the sender says less: 1 to 36,500
    /// @param graceDays after that, in which a message can be given back: 0 to 365
    public record Keeping(int days, int graceDays) {

        public static final Keeping DEFAULT = new Keeping(365, 14);

        public Keeping {
            if (days < 1 || days > 36_500 || graceDays < 0 || graceDays > 365) {
                throw new IllegalArgumentException(
                        "kept for " + days + " + " + graceDays + " days");
            }
        }

        /// The terms of a message accepted then that says nothing of its own.
        public ReadingTerms terms(Instant acceptedAt) {
            return terms(latest(acceptedAt), false, false);
        }

        /// The terms of a message whose sender has wishes.
        public ReadingTerms terms(Instant refusedFrom, boolean readOnce, boolean noForward) {
            return new ReadingTerms(
                    refusedFrom, refusedFrom.plus(Duration.ofDays(graceDays)), readOnce, noForward);
        }

        /// Until when a message accepted then may be read at most.
        public Instant latest(Instant acceptedAt) {
            return acceptedAt.plus(Duration.ofDays(days));
        }
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
