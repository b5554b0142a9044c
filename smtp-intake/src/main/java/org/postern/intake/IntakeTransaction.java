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
import org.postern.db.store.Tenant;
import org.postern.intake.IntakeProperties.Limits;

/// One mail transaction (RFC 5321, section 3.3), from MAIL to the end of its content. For one
/// thread.
final class IntakeTransaction {

    private final Optional<Connectors.Found> way;
    private final Optional<EmailAddress> reversePath;
    private final MailParameters parameters;
    private final Instant beganAt;
    private final List<Envelope.Recipient> recipients = new ArrayList<>();
    private @Nullable Returned returned;
    private boolean counted;
    private boolean markedBySuffix;
    private @Nullable PassingOn passingOn;
    private @Nullable IncomingContent content;

    /// @param way empty for a stranger, from whom nothing is taken but what comes back
    IntakeTransaction(
            Optional<Connectors.Found> way,
            Optional<EmailAddress> reversePath,
            MailParameters parameters,
            Instant beganAt) {
        this.way = way;
        this.reversePath = reversePath;
        this.parameters = parameters;
        this.beganAt = beganAt;
    }

    boolean isStrangers() {
        return way.isEmpty();
    }

    /// The way in of mail that does not come back.
    Connectors.Found way() {
        return way.orElseThrow();
    }

    /// Whose mail it is.
    Tenant tenant() {
        return returned != null ? returned.tenant() : way().tenant();
    }

    /// How logs call the way in.
    String wayText() {
        return way.map(found -> found.connector().id().toString()).orElse("none");
    }

    /// What comes back, if this is such mail.
    Optional<Returned> returned() {
        return Optional.ofNullable(returned);
    }

    void becomes(Returned known) {
        returned = known;
    }

    /// How large the message may be.
    long mostBytes(Limits limits) {
        return returned == null ? limits.maxMessageBytes() : Returned.mostBytes(limits);
    }

    /// Whether the client said that it is larger.
    boolean isSaidToExceed(long most) {
        return parameters.size().filter(size -> size > most).isPresent();
    }

    /// Whether it is counted among those that there may be at once: a stranger's is not before it
    /// is known to be about mail of ours.
    boolean isCounted() {
        return counted;
    }

    void countedIn() {
        counted = true;
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
        return returned == null ? recipients.size() : 1;
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
                way().tenant().id(),
                Optional.of(way().connector().id()),
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

    /// The envelope of mail that comes back.
    Envelope envelope(Returned known) {
        return Envelope.ofReturned(known.tenant().id(), known.job(), beganAt);
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
