package org.postern.intake;

import java.util.List;
import java.util.Optional;
import org.postern.intake.IntakeProperties.Limits;
import org.postern.mail.mime.HeaderSection;

/// One reason to refuse a message once its header section was read.
@FunctionalInterface
interface HeaderPolicy {

    /// In this order: what costs least first, and whether the message is marked last of what may
    /// speak against any message. Only of a marked one is it asked on what terms it can be read.
    List<HeaderPolicy> ALL =
            List.of(
                    new FieldCountPolicy(),
                    new HopCountPolicy(),
                    new OwnNoticePolicy(),
                    new NullSenderPolicy(),
                    new AuthorPolicy(),
                    new SecretHeaderPolicy(),
                    new MarkPolicy(),
                    new TermsPolicy());

    /// Of mail of ours that comes back.
    List<HeaderPolicy> RETURNED =
            List.of(
                    new FieldCountPolicy(),
                    new HopCountPolicy(),
                    new OwnNoticePolicy(),
                    new AnswerPolicy());

    /// Those that hold for this transaction.
    static List<HeaderPolicy> of(IntakeTransaction transaction) {
        return transaction.returned().isPresent() ? RETURNED : ALL;
    }

    Optional<Reply> refusal(HeaderSection header, IntakeTransaction transaction, Limits limits);
}
