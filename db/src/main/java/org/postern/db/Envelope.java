package org.postern.db;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.JsonRecyclerPools;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// The SMTP envelope of a message as accepted, and what the door found out about it (RFC 5321,
/// section 2.3.1). Stored only sealed.
///
/// @param tenant whose mail it is
/// @param connector the way it came in; empty for a reply written in the portal
/// @param reversePath MAIL FROM; empty for `<>` (RFC 5321, section 4.5.5)
/// @param author whose "Sent" shows the message; empty for `<>`
/// @param recipients one per RCPT TO, at least one; none of mail that comes back
/// @param envelopeId ENVID of RFC 3461, section 4.4
/// @param acceptedAt when the transaction began
/// @param terms on which it can be read; empty in envelopes of releases before it, which never end
/// @param requireTls whether whatever is sent on its account asks for TLS all the way (RFC 8689,
///   section 4.1)
/// @param password without which its recipients do not open it
/// @param phone to which a PIN is sent, without which they do not; never beside a password
/// @param returned the job whose mail comes back; empty for mail that somebody wrote
public record Envelope(
        TenantId tenant,
        Optional<ConnectorId> connector,
        Optional<EmailAddress> reversePath,
        Optional<EmailAddress> author,
        List<Recipient> recipients,
        Optional<String> envelopeId,
        Instant acceptedAt,
        Optional<ReadingTerms> terms,
        boolean requireTls,
        Optional<MessagePassword> password,
        Optional<PhoneNumber> phone,
        Optional<JobId> returned) {

    /// An envelope that was sealed before there was a wish has none. Without the pool of buffers
    /// that others share: what is in a buffer given back stays in memory until somebody writes over
    /// it, and an intake keeps no address once its transaction has ended.
    private static final JsonMapper JSON =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .recyclerPool(JsonRecyclerPools.nonRecyclingPool())
                                    .build())
                    .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .build();

    public Envelope {
        recipients = List.copyOf(recipients);
    }

    /// Of mail that somebody wrote.
    public Envelope(
            TenantId tenant,
            Optional<ConnectorId> connector,
            Optional<EmailAddress> reversePath,
            Optional<EmailAddress> author,
            List<Recipient> recipients,
            Optional<String> envelopeId,
            Instant acceptedAt,
            Optional<ReadingTerms> terms,
            boolean requireTls,
            Optional<MessagePassword> password,
            Optional<PhoneNumber> phone) {
        this(
                tenant,
                connector,
                reversePath,
                author,
                recipients,
                envelopeId,
                acceptedAt,
                terms,
                requireTls,
                password,
                phone,
                Optional.empty());
    }

    /// Of mail of ours that comes back. From whom is not kept: nobody is answered.
    public static Envelope ofReturned(TenantId tenant, JobId job, Instant acceptedAt) {
        return new Envelope(
                tenant,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                acceptedAt,
                Optional.empty(),
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.of(job));
    }

    /// One forward-path with its DSN wishes.
    ///
    /// @param address where the notice goes; an address suffix is already removed
    /// @param notifyOn NOTIFY of RFC 3461, section 4.1, as given
    /// @param originalRecipient ORCPT of RFC 3461, section 4.2, as given
    public record Recipient(
            EmailAddress address, Optional<String> notifyOn, Optional<String> originalRecipient) {

        /// Whether the reverse-path is to be told when the message is in the mailbox.
        public boolean wantsSuccess() {
            return wants("SUCCESS");
        }

        /// Whether the reverse-path is to be told when the recipient cannot be reached: without a
        /// wish it is.
        public boolean wantsFailure() {
            return notifyOn.isEmpty() || wants("FAILURE");
        }

        /// Whether the reverse-path is to be told when it takes long to reach the recipient:
        /// without a wish it is.
        public boolean wantsDelay() {
            return notifyOn.isEmpty() || wants("DELAY");
        }

        private boolean wants(String condition) {
            return notifyOn.filter(on -> List.of(on.split(",", -1)).contains(condition))
                    .isPresent();
        }

        @Override
        public String toString() {
            return "Recipient[redacted]";
        }
    }

    /// What its recipients are asked for, if anything.
    public Optional<LockKind> lock() {
        return password.map(_ -> LockKind.PASSWORD).or(() -> phone.map(_ -> LockKind.PHONE));
    }

    /// The bytes that are sealed: JSON in UTF-8.
    public byte[] encode() {
        return JSON.writeValueAsBytes(this);
    }

    /// Reads what [#encode] wrote.
    ///
    /// @throws tools.jackson.core.JacksonException if it did not; the bytes were authenticated, so
    ///   this is a defect
    public static Envelope decode(byte[] bytes) {
        return JSON.readValue(bytes, Envelope.class);
    }

    @Override
    public String toString() {
        return "Envelope[tenant=" + tenant + ", recipients=" + recipients.size() + "]";
    }
}
