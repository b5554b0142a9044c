package org.postern.intake;

import java.util.List;
import java.util.Optional;
import org.postern.intake.IntakeProperties.Limits;
import org.postern.mail.mime.HeaderSection;

/// One reason to refuse a message once its header section was read.
@FunctionalInterface
interface HeaderPolicy {

    /// In this order: what costs least first, and whether the message is marked last, since only
    /// that tells a person how to do better.
    List<HeaderPolicy> ALL =
            List.of(
                    new FieldCountPolicy(),
                    new HopCountPolicy(),
                    new OwnNoticePolicy(),
                    new NullSenderPolicy(),
                    new AuthorPolicy(),
                    new SecretHeaderPolicy(),
                    new MarkPolicy());

    Optional<Reply> refusal(HeaderSection header, IntakeTransaction transaction, Limits limits);
}
