package org.postern.intake;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.postern.db.store.MailRules;
import org.postern.intake.IntakeProperties.Limits;
import org.postern.mail.mime.HeaderSection;
import org.postern.mail.mime.SubjectTrigger;

/// Only marked mail is taken. The mark is the whole subject in brackets, a tag or header field the
/// tenant has chosen, our header field, a mail program's own mark for confidential mail, or one
/// recipient with our address suffix, which marks the message for all of them. A connector that
/// seals everything needs none.
final class MarkPolicy implements HeaderPolicy {

    private static final String FIELD = "X-Postern";
    private static final String ENCRYPT = "encrypt";

    private static final String SENSITIVITY = "Sensitivity";

    /// What Outlook writes for its own confidential marks (RFC 2156, section 5.3.4; MS-OXCMAIL).
    private static final Set<String> CONFIDENTIAL =
            Set.of("private", "company-confidential", "company confidential");

    @Override
    public Optional<Reply> refusal(
            HeaderSection header, IntakeTransaction transaction, Limits limits) {
        MailRules rules = transaction.way().tenant().rules();
        boolean marked =
                transaction.way().connector().sealsAll()
                        || transaction.isMarkedBySuffix()
                        || header.all(FIELD).stream()
                                .anyMatch(field -> field.value().strip().equalsIgnoreCase(ENCRYPT))
                        || header.all(SENSITIVITY).stream()
                                .map(field -> field.value().strip().toLowerCase(Locale.ROOT))
                                .anyMatch(CONFIDENTIAL::contains)
                        || rules.markFields().stream().anyMatch(mark -> bears(header, mark))
                        || header.subject().flatMap(new SubjectTrigger(rules)::match).isPresent();
        if (marked) {
            return Optional.empty();
        }
        return Optional.of(
                rules.brackets().contains(MailRules.Brackets.SQUARE)
                        ? Reply.NOT_MARKED
                        : Reply.NOT_MARKED_AS_CHOSEN);
    }

    private static boolean bears(HeaderSection header, MailRules.MarkField mark) {
        return header.all(mark.name()).stream()
                .anyMatch(field -> field.value().strip().equalsIgnoreCase(mark.value()));
    }
}
