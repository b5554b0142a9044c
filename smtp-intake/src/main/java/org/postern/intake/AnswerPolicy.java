package org.postern.intake;

import java.util.Locale;
import java.util.Optional;
import org.postern.intake.IntakeProperties.Limits;
import org.postern.mail.mime.HeaderSection;

/// Only programs write to where a notice comes back to. A person who does so all the same hears at
/// once, from his own mail server, that his answer has reached nobody.
final class AnswerPolicy implements HeaderPolicy {

    @Override
    public Optional<Reply> refusal(
            HeaderSection header, IntakeTransaction transaction, Limits limits) {
        return transaction.reversePath().isPresent()
                        && !OwnNoticePolicy.isAutomatic(header)
                        && !isReport(header)
                ? Optional.of(Reply.NO_ANSWERS)
                : Optional.empty();
    }

    /// RFC 6522.
    private static boolean isReport(HeaderSection header) {
        return header.first("Content-Type")
                .filter(field ->
                        field.value()
                                .strip()
                                .toLowerCase(Locale.ROOT)
                                .startsWith("multipart/report"))
                .isPresent();
    }
}
