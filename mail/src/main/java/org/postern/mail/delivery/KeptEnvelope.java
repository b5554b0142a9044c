package org.postern.mail.delivery;

import java.util.List;
import java.util.Optional;
import org.postern.db.Envelope;
import org.postern.keys.KeyService.AdmittedMailbox;

/// What is kept of an envelope with a recipient's slot, when the arrival has given it up: the
/// forward-paths of this mailbox, whom to tell what becomes of them (RFC 3461, section 4), and
/// whether what is sent asks for TLS (RFC 8689).
final class KeptEnvelope {

    private KeptEnvelope() {}

    /// Nothing where nobody is ever to be told anything (NOTIFY=NEVER, the null reverse-path of RFC
    /// 5321, section 4.5.5) and nothing is asked for.
    static Optional<Envelope> of(Envelope whole, AdmittedMailbox mailbox) {
        String normal = mailbox.address().normalForm();
        List<Envelope.Recipient> own =
                whole.recipients().stream()
                        .filter(recipient -> recipient.address().normalForm().equals(normal))
                        .toList();
        boolean told =
                whole.reversePath().isPresent()
                        && own.stream()
                                .anyMatch(one ->
                                        one.wantsSuccess()
                                                || one.wantsFailure()
                                                || one.wantsDelay());
        return told || (whole.requireTls() && !own.isEmpty())
                ? Optional.of(
                        new Envelope(
                                whole.tenant(),
                                whole.connector(),
                                whole.reversePath(),
                                Optional.empty(),
                                own,
                                whole.envelopeId(),
                                whole.acceptedAt(),
                                Optional.empty(),
                                whole.requireTls(),
                                Optional.empty(),
                                Optional.empty()))
                : Optional.empty();
    }

    static boolean asksForSuccess(Envelope kept) {
        return kept.reversePath().isPresent()
                && kept.recipients().stream().anyMatch(Envelope.Recipient::wantsSuccess);
    }
}
