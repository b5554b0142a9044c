package org.postern.intake;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.postern.intake.IntakeProperties.Limits;
import org.postern.mail.mime.HeaderSection;
import org.postern.mail.mime.SubjectTrigger;

/// Only marked mail is taken. The mark is the whole subject in brackets, our header field, a mail
/// program's own mark for confidential mail, or one recipient with our address suffix, which marks
/// the message for all of them. A connector that seals everything needs none.
final class MarkPolicy implements HeaderPolicy {

    private static final String FIELD = "X-Postern";
    private static final String ENCRYPT = "encrypt";

    private static final String SENSITIVITY = "Sensitivity";

    /// What Outlook writes for its own confidential marks (RFC 2156, section 5.3.4; MS-OXCMAIL).
    private static final Set<String> CONFIDENTIAL =
            Set.of("private", "company-confidential", "company confidential");

    private final SubjectTrigger trigger = SubjectTrigger.square();

    @Override
    public Optional<Reply> refusal(
            HeaderSection header, IntakeTransaction transaction, Limits limits) {
        boolean marked =
                transaction.way().connector().sealsAll()
                        || transaction.isMarkedBySuffix()
                        || header.all(FIELD).stream()
                                .anyMatch(field -> field.value().strip().equalsIgnoreCase(ENCRYPT))
                        || header.all(SENSITIVITY).stream()
                                .map(field -> field.value().strip().toLowerCase(Locale.ROOT))
                                .anyMatch(CONFIDENTIAL::contains)
                        || header.subject().flatMap(trigger::match).isPresent();
        return marked ? Optional.empty() : Optional.of(Reply.NOT_MARKED);
    }
}
