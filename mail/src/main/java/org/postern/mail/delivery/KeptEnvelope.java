package org.postern.mail.delivery;

import java.util.List;
import java.util.Optional;
import org.postern.db.Envelope;
import org.postern.keys.KeyService.AdmittedMailbox;

/// What is kept of an envelope with a recipient's slot, when the arrival has given it up: the
/// forward-paths of this mailbox, and whom to tell what becomes of them (RFC 3461, section 4).
final class KeptEnvelope {

    private KeptEnvelope() {}

    /// Nothing where nobody is ever to be told anything: NOTIFY=NEVER, the null reverse-path (RFC
    /// 5321, section 4.5.5).
    static Optional<Envelope> of(Envelope whole, AdmittedMailbox mailbox) {
        String normal = mailbox.address().normalForm();
        List<Envelope.Recipient> own =
                whole.recipients().stream()
                        .filter(recipient -> recipient.address().normalForm().equals(normal))
                        .toList();
        return whole.reversePath().isPresent()
                        && own.stream().anyMatch(one -> one.wantsSuccess() || one.wantsFailure())
                ? Optional.of(
                        new Envelope(
                                whole.tenant(),
                                whole.connector(),
                                whole.reversePath(),
                                Optional.empty(),
                                own,
                                whole.envelopeId(),
                                whole.acceptedAt(),
                                Optional.empty()))
                : Optional.empty();
    }

    static boolean asksForSuccess(Envelope kept) {
        return kept.recipients().stream().anyMatch(Envelope.Recipient::wantsSuccess);
    }
}
