package org.postern.mail.reply;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.postern.crypto.sealed.Mac256;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.db.EmailAddress;
import org.postern.db.Envelope;
import org.postern.db.MalformedAddressException;
import org.postern.db.MessageId;
import org.postern.db.TenantId;
import org.postern.db.store.MailRules;
import org.postern.db.store.Tenant;
import org.postern.keys.KeyService;
import org.postern.keys.MessageLockedException;
import org.postern.keys.NotSignedInException;
import org.postern.mail.door.Door;
import org.postern.mail.door.NotReadyException;
import org.postern.mail.mime.HeaderSection;
import org.postern.mail.mime.MailboxName;
import org.postern.mail.reading.OpenedMessage;
import org.postern.mail.reading.Reader;
import org.postern.mail.reading.Reading;
import org.postern.mail.spool.Spool;

/// Answers to messages, sealed as they are written; they take the same way as mail from outside and
/// never leave by SMTP. Thread-safe.
public final class Replies {

    /// A message may name thousands; nobody answers more than these.
    private static final int MOST_RECIPIENTS = 100;

    private final Reading reading;
    private final KeyService keys;
    private final Spool spool;
    private final Door door;
    private final Clock clock;
    private final SecureRandom random;

    public Replies(
            Reading reading,
            KeyService keys,
            Spool spool,
            Door door,
            Clock clock,
            SecureRandom random) {
        this.reading = reading;
        this.keys = keys;
        this.spool = spool;
        this.door = door;
        this.clock = clock;
        this.random = random;
    }

    /// What a reply to this message begins with; empty if the reader has no such message.
    public Optional<ReplyDraft> draft(Reader reader, MessageId message)
            throws NotSignedInException,
                    MessageLockedException,
                    OpeningFailedException,
                    IOException {
        EmailAddress writer = keys.own(reader.tenant(), reader.key()).address();
        try (OpenedMessage opened = reading.open(reader, message).orElse(null)) {
            return opened == null
                    ? Optional.empty()
                    : Optional.of(draft(reader.tenant(), writer, opened));
        }
    }

    /// The draft for a message that is open already.
    public ReplyDraft draft(Reader reader, OpenedMessage opened) throws NotSignedInException {
        return draft(reader.tenant(), keys.own(reader.tenant(), reader.key()).address(), opened);
    }

    /// Begins a reply. Text comes first, then files, then [Reply#send].
    ///
    /// @param key made by the client once per reply: sent twice with the same key, it is one
    ///   message
    /// @return empty if the reader has no such message
    /// @throws NotReadyException if this door may seal nothing now
    public Optional<Reply> begin(Reader reader, MessageId inReplyTo, UUID key)
            throws NotSignedInException,
                    MessageLockedException,
                    OpeningFailedException,
                    IOException,
                    NotReadyException {
        EmailAddress writer = keys.own(reader.tenant(), reader.key()).address();
        try (OpenedMessage opened = reading.open(reader, inReplyTo).orElse(null)) {
            if (opened == null) {
                return Optional.empty();
            }
            ReplyDraft draft = draft(reader.tenant(), writer, opened);
            Instant now = clock.instant();
            Envelope envelope =
                    new Envelope(
                            reader.tenant(),
                            Optional.empty(),
                            Optional.of(writer),
                            Optional.of(writer),
                            recipients(draft),
                            Optional.empty(),
                            now,
                            Optional.of(keeping(reader.tenant()).terms(now)),
                            false,
                            Optional.empty(),
                            Optional.empty());
            UUID id = messageId(reader, key);
            ReplyHeader header = header(reader.tenant(), writer, draft, opened.header(), id);
            return Optional.of(new Reply(spool.begin(envelope, id), header, random));
        }
    }

    private MailRules.Keeping keeping(TenantId tenant) {
        return door.standing()
                .flatMap(standing -> standing.snapshot().tenant(tenant))
                .map(known -> known.rules().keeping())
                .orElse(MailRules.Keeping.DEFAULT);
    }

    /// A version 8 UUID (RFC 9562, section 5.8). Bound to the writer, so that no key he makes up is
    /// the id of another's message, which would then never be taken.
    private static UUID messageId(Reader reader, UUID key) {
        String name = "postern reply %s %s %s".formatted(reader.tenant(), reader.mailbox(), key);
        ByteBuffer hash = ByteBuffer.wrap(Mac256.sha256(name.getBytes(US_ASCII)).toBytes());
        long most = (hash.getLong() & 0xFFFF_FFFF_FFFF_0FFFL) | 0x8000L;
        long least = (hash.getLong() & 0x3FFF_FFFF_FFFF_FFFFL) | Long.MIN_VALUE;
        return new UUID(most, least);
    }

    private ReplyDraft draft(TenantId tenant, EmailAddress writer, OpenedMessage opened) {
        HeaderSection header = opened.header();
        Map<String, MailboxName> participants = new LinkedHashMap<>();
        Stream.of(header.from(), header.to(), header.cc())
                .flatMap(List::stream)
                .forEach(mailbox ->
                        address(tenant, mailbox)
                                .filter(address ->
                                        !address.normalForm().equals(writer.normalForm()))
                                .ifPresent(address ->
                                        participants.putIfAbsent(
                                                address.normalForm(),
                                                new MailboxName(
                                                        mailbox.displayName(), address.text()))));
        List<MailboxName> recipients =
                participants.values().stream().limit(MOST_RECIPIENTS).toList();
        if (recipients.isEmpty()) {
            // Somebody who wrote to himself answers himself.
            recipients = List.of(new MailboxName(Optional.empty(), writer.text()));
        }
        String subject = opened.subject();
        return new ReplyDraft(
                recipients,
                subject.regionMatches(true, 0, "Re:", 0, 3) ? subject : "Re: " + subject);
    }

    /// The address a header field names, without the suffix by which a gateway routed it here.
    private Optional<EmailAddress> address(TenantId tenant, MailboxName mailbox) {
        try {
            EmailAddress address = EmailAddress.parse(mailbox.address());
            Optional<String> suffix =
                    door.standing()
                            .flatMap(standing -> standing.snapshot().tenant(tenant))
                            .flatMap(Tenant::addressSuffix);
            return Optional.of(suffix.map(address::withoutSuffix).orElse(address));
        } catch (MalformedAddressException e) {
            return Optional.empty();
        }
    }

    private static List<Envelope.Recipient> recipients(ReplyDraft draft) {
        List<Envelope.Recipient> recipients = new ArrayList<>();
        for (MailboxName mailbox : draft.recipients()) {
            try {
                recipients.add(
                        new Envelope.Recipient(
                                EmailAddress.parse(mailbox.address()),
                                Optional.empty(),
                                Optional.empty()));
            } catch (MalformedAddressException e) {
                throw new IllegalStateException("a draft names an address that does not parse", e);
            }
        }
        return recipients;
    }

    private ReplyHeader header(
            TenantId tenant,
            EmailAddress writer,
            ReplyDraft draft,
            HeaderSection original,
            UUID id) {
        String host =
                door.standing()
                        .flatMap(standing -> standing.snapshot().tenant(tenant))
                        .map(Tenant::portalHost)
                        .orElse("postern.invalid");
        List<String> references = new ArrayList<>(original.references());
        original.messageId().ifPresent(references::add);
        return new ReplyHeader(
                writer, draft, id + "@" + host, original.messageId(), references, clock.instant());
    }
}
