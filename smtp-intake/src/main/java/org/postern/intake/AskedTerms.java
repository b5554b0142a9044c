package org.postern.intake;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Period;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.postern.db.ReadingTerms;
import org.postern.db.store.MailRules;
import org.postern.mail.mime.HeaderField;
import org.postern.mail.mime.HeaderSection;
import org.postern.mail.mime.SubjectOptions;
import org.postern.mail.mime.SubjectTrigger;

/// What a sender asks of one message: by header fields `X-Postern-Expires: P14D` (or a date),
/// `X-Postern-Read-Once: yes`, `X-Postern-No-Forward: yes`, or by words in the subject. Read only
/// once connector and mark are known: no stranger's field counts, and none is a mark by itself.
///
/// A field of ours that is not known is refused, never ignored: its sender believes that it does
/// something.
final class AskedTerms {

    private static final String PREFIX = "x-postern-";
    private static final String EXPIRES = "X-Postern-Expires";
    private static final String READ_ONCE = "X-Postern-Read-Once";
    private static final String NO_FORWARD = "X-Postern-No-Forward";

    private static final Set<String> OPTIONS =
            Set.of(
                    EXPIRES.toLowerCase(Locale.ROOT),
                    READ_ONCE.toLowerCase(Locale.ROOT),
                    NO_FORWARD.toLowerCase(Locale.ROOT),
                    AskedPassword.PASSWORD.toLowerCase(Locale.ROOT),
                    AskedPassword.HINT.toLowerCase(Locale.ROOT),
                    AskedPhone.PHONE.toLowerCase(Locale.ROOT));

    /// Said to us, but no option.
    private static final Set<String> OTHERS = Set.of("x-postern-connector", "x-postern-loop");

    private AskedTerms() {}

    /// What was asked cannot be granted.
    static final class RefusedException extends Exception {

        private static final long serialVersionUID = 1L;

        private final Reply reply;

        RefusedException(Reply reply) {
            super(reply.name());
            this.reply = reply;
        }

        Reply reply() {
            return reply;
        }
    }

    /// The terms of a message accepted then. What nobody asked for is as the tenant has it.
    static ReadingTerms of(HeaderSection header, MailRules rules, Instant acceptedAt)
            throws RefusedException {
        if (header.fields().stream().anyMatch(AskedTerms::isUnknown)) {
            throw new RefusedException(Reply.UNKNOWN_OPTION);
        }
        Optional<SubjectOptions> words = header.subject().map(new SubjectTrigger(rules)::options);
        Optional<Instant> expires = expires(header, acceptedAt);
        if (expires.isEmpty() && words.isPresent() && words.get().expiresAfterDays().isPresent()) {
            expires =
                    Optional.of(
                            after(
                                    Period.ofDays(words.get().expiresAfterDays().getAsInt()),
                                    acceptedAt));
        }
        Instant latest = rules.keeping().latest(acceptedAt);
        Instant refusedFrom = expires.orElse(latest);
        if (refusedFrom.isAfter(latest)
                || refusedFrom.isBefore(after(Period.ofDays(1), acceptedAt))) {
            throw new RefusedException(Reply.NO_SUCH_TIME);
        }
        return rules.keeping()
                .terms(
                        refusedFrom,
                        says(header, READ_ONCE)
                                || words.filter(SubjectOptions::readOnce).isPresent(),
                        says(header, NO_FORWARD)
                                || words.filter(SubjectOptions::noForward).isPresent());
    }

    private static boolean isUnknown(HeaderField field) {
        String name = field.name().toLowerCase(Locale.ROOT);
        return name.startsWith(PREFIX) && !OPTIONS.contains(name) && !OTHERS.contains(name);
    }

    /// A period of ISO 8601 in days, weeks, months or years, or the last day on which it can be
    /// read.
    private static Optional<Instant> expires(HeaderSection header, Instant acceptedAt)
            throws RefusedException {
        List<HeaderField> all = header.all(EXPIRES);
        if (all.isEmpty()) {
            return Optional.empty();
        }
        String value = all.getFirst().value().strip().toUpperCase(Locale.ROOT);
        if (all.size() > 1) {
            throw new RefusedException(Reply.BAD_OPTION);
        }
        try {
            return Optional.of(
                    value.startsWith("P")
                            ? after(Period.parse(value), acceptedAt)
                            : LocalDate.parse(value)
                                    .plusDays(1)
                                    .atStartOfDay(ZoneOffset.UTC)
                                    .toInstant());
        } catch (DateTimeParseException e) {
            throw new RefusedException(Reply.BAD_OPTION);
        }
    }

    private static Instant after(Period period, Instant acceptedAt) throws RefusedException {
        if (period.getYears() < 0 || period.getMonths() < 0 || period.getDays() < 0) {
            throw new RefusedException(Reply.BAD_OPTION);
        }
        try {
            return acceptedAt.atZone(ZoneOffset.UTC).plus(period).toInstant();
        } catch (DateTimeException | ArithmeticException e) {
            throw new RefusedException(Reply.NO_SUCH_TIME);
        }
    }

    private static boolean says(HeaderSection header, String name) throws RefusedException {
        List<HeaderField> all = header.all(name);
        if (all.isEmpty()) {
            return false;
        }
        if (all.size() > 1) {
            throw new RefusedException(Reply.BAD_OPTION);
        }
        return switch (all.getFirst().value().strip().toLowerCase(Locale.ROOT)) {
            case "yes", "true" -> true;
            case "no", "false" -> false;
            default -> throw new RefusedException(Reply.BAD_OPTION);
        };
    }
}
