package org.postern.intake;

import java.util.Optional;
import org.postern.intake.IntakeProperties.Limits;
import org.postern.mail.mime.HeaderSection;

/// Nobody's mail needs so many header fields.
final class FieldCountPolicy implements HeaderPolicy {

    @Override
    public Optional<Reply> refusal(
            HeaderSection header, IntakeTransaction transaction, Limits limits) {
        return header.fields().size() > limits.maxHeaderFields()
                ? Optional.of(Reply.HEADER_TOO_BIG)
                : Optional.empty();
    }
}
