package org.postern.intake;

import java.util.Optional;
import org.postern.intake.IntakeProperties.Limits;
import org.postern.mail.mime.HeaderSection;
import org.postern.mail.mime.SubjectTrigger;

/// Only marked mail is taken. The mark is the whole subject in brackets, our header field, or one
/// recipient with our address suffix, which marks the message for all of them. A connector that
/// seals everything needs none.
final class MarkPolicy implements HeaderPolicy {

    private static final String FIELD = "X-Postern";
    private static final String ENCRYPT = "encrypt";

    private final SubjectTrigger trigger = SubjectTrigger.square();

    @Override
    public Optional<Reply> refusal(
            HeaderSection header, IntakeTransaction transaction, Limits limits) {
        boolean marked =
                transaction.way().connector().sealsAll()
                        || transaction.isMarkedBySuffix()
                        || header.all(FIELD).stream()
                                .anyMatch(field -> field.value().strip().equalsIgnoreCase(ENCRYPT))
                        || header.subject().flatMap(trigger::match).isPresent();
        return marked ? Optional.empty() : Optional.of(Reply.NOT_MARKED);
    }
}
