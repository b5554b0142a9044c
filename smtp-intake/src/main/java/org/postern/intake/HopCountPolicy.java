package org.postern.intake;

import java.util.Optional;
import org.postern.intake.IntakeProperties.Limits;
import org.postern.mail.mime.HeaderSection;

/// A message with so many Received fields goes in circles (RFC 5321, section 6.3). The standard
/// asks for a hundred at least; nothing lies behind us, so fewer do.
final class HopCountPolicy implements HeaderPolicy {

    @Override
    public Optional<Reply> refusal(
            HeaderSection header, IntakeTransaction transaction, Limits limits) {
        return header.all("Received").size() > limits.maxReceived()
                ? Optional.of(Reply.LOOP)
                : Optional.empty();
    }
}
