package org.postern.intake;

import java.util.Optional;
import org.postern.intake.IntakeProperties.Limits;
import org.postern.mail.mime.HeaderSection;

/// The null reverse-path is for automatic answers alone (RFC 5321, section 4.5.5): anything else
/// with it hides who can be told that it failed.
final class NullSenderPolicy implements HeaderPolicy {

    @Override
    public Optional<Reply> refusal(
            HeaderSection header, IntakeTransaction transaction, Limits limits) {
        return transaction.reversePath().isEmpty() && !OwnNoticePolicy.isAutomatic(header)
                ? Optional.of(Reply.NOT_ALLOWED)
                : Optional.empty();
    }
}
