package org.postern.intake;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postern.db.EmailAddress;
import org.postern.db.Envelope;
import org.postern.db.MessagePassword;
import org.postern.db.PhoneNumber;
import org.postern.db.ReadingTerms;

/// One mail transaction (RFC 5321, section 3.3), from MAIL to the end of its content. For one
/// thread.
final class IntakeTransaction {

    private final Connectors.Found way;
    private final Optional<EmailAddress> reversePath;
    private final MailParameters parameters;
    private final Instant beganAt;
    private final List<Envelope.Recipient> recipients = new ArrayList<>();
    private boolean markedBySuffix;
    private @Nullable PassingOn passingOn;
    private @Nullable IncomingContent content;

    IntakeTransaction(
            Connectors.Found way,
            Optional<EmailAddress> reversePath,
            MailParameters parameters,
            Instant beganAt) {
        this.way = way;
        this.reversePath = reversePath;
        this.parameters = parameters;
        this.beganAt = beganAt;
    }

    Connectors.Found way() {
        return way;
    }

    Optional<EmailAddress> reversePath() {
        return reversePath;
    }

    boolean smtpUtf8() {
        return parameters.smtpUtf8();
    }

    Instant beganAt() {
        return beganAt;
    }

    int recipientCount() {
        return recipients.size();
    }

    /// @param bySuffix whether the client wrote our suffix behind the address. One such recipient
    ///   marks the whole message: it is sealed for all, since it must not reach some in clear
    void add(Envelope.Recipient recipient, boolean bySuffix) {
        recipients.add(recipient);
        markedBySuffix |= bySuffix;
    }

    boolean isMarkedBySuffix() {
        return markedBySuffix;
    }

    /// The SMTP envelope for this author and on these terms.
    Envelope envelope(
            Optional<EmailAddress> author,
            ReadingTerms terms,
            Optional<MessagePassword> password,
            Optional<PhoneNumber> phone) {
        return new Envelope(
                way.tenant().id(),
                Optional.of(way.connector().id()),
                reversePath,
                author,
                recipients,
                parameters.envelopeId(),
                beganAt,
                Optional.of(terms),
                parameters.requireTls(),
                password,
                phone);
    }

    /// Content that arrives in chunks is kept from one BDAT to the next.
    Optional<IncomingContent> content() {
        return Optional.ofNullable(content);
    }

    void begin(IncomingContent begun) {
        content = begun;
    }

    /// Unmarked mail of this transaction goes on, if the connector has it so.
    Optional<PassingOn> passingOn() {
        return Optional.ofNullable(passingOn);
    }

    void passOn(PassingOn begun) {
        passingOn = begun;
    }

    void abandon() {
        if (passingOn != null) {
            passingOn.close();
        }
        if (content != null) {
            content.abandon();
        }
    }
}
