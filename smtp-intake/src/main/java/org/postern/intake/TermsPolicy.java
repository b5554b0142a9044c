package org.postern.intake;

import java.util.Optional;
import org.postern.intake.IntakeProperties.Limits;
import org.postern.mail.mime.HeaderSection;

/// What a sender asks of one message must be something we do: sent without it, it would not be the
/// message he meant to send.
final class TermsPolicy implements HeaderPolicy {

    @Override
    public Optional<Reply> refusal(
            HeaderSection header, IntakeTransaction transaction, Limits limits) {
        try {
            AskedTerms.of(header, transaction.way().tenant().rules(), transaction.beganAt());
            AskedPhone.of(header, transaction.way().textMessages());
            AskedPassword.of(header);
            return Optional.empty();
        } catch (AskedPassword.UnusableException e) {
            return Optional.of(Reply.BAD_PASSWORD);
        } catch (AskedTerms.RefusedException e) {
            return Optional.of(e.reply());
        }
    }
}
