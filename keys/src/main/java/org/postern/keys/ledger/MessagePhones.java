package org.postern.keys.ledger;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.postern.keys.ledger.Rows.at;
import static org.postern.keys.ledger.Rows.optionalInstant;

import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.postern.crypto.PasswordHash;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.SealedRecord;
import org.postern.crypto.sealed.UuidV7;
import org.postern.db.MailboxId;
import org.postern.db.PhoneNumber;
import org.postern.db.TenantId;
import org.postern.keys.KeyService.IssuedPin;
import org.postern.keys.KeyService.Phone;
import org.postern.keys.KeyService.PinRequest;
import org.springframework.jdbc.core.simple.JdbcClient;

/// The phones that authors named, sealed, and the PINs that are sent there. A PIN is the message's
/// password ([MessagePasswords]) from when it is issued until it is typed, or its time is over.
final class MessagePhones {

    /// OWASP ASVS 5.0, 6.5.5: out-of-band codes live at most 10 minutes. Whoever asked waits no
    /// longer for one either.
    private static final Duration LIFE = Duration.ofMinutes(10);

    private static final int MOST_AN_HOUR = 3;

    /// Of each recipient: whoever has a mailbox makes somebody's phone ring no more often. The
    /// CHECK in the ledger's migration says so too.
    static final int MOST_IN_ALL = 10;

    private static final int PINS = 1_000_000;

    private final JdbcClient sql;
    private final TenantKeys tenants;
    private final UuidV7 ids;
    private final Clock clock;
    private final SecureRandom random;

    MessagePhones(
            JdbcClient ledger, TenantKeys tenants, UuidV7 ids, Clock clock, SecureRandom random) {
        this.sql = ledger;
        this.tenants = tenants;
        this.ids = ids;
        this.clock = clock;
        this.random = random;
    }

    /// Locks a message for one mailbox, whose secret there is.
    ///
    /// @param author who may name another phone, if anybody
    void create(
            TenantId tenant,
            UUID object,
            MailboxId mailbox,
            Optional<MailboxId> author,
            PhoneNumber phone) {
        sql.sql(
                        """
                        INSERT INTO message_password (tenant_id, object_id, mailbox_id, author_id, sealed_phone)
                        VALUES (:tenant, :object, :mailbox, :author, :phone)
                        """)
                .param("tenant", tenant.value())
                .param("object", object)
                .param("mailbox", mailbox.value())
                .param("author", author.map(MailboxId::value).orElse(null), Types.OTHER)
                .param("phone", sealed(tenant, object, phone))
                .update();
    }

    /// What a reader may know of the phone; empty where the message has a password instead.
    Optional<Phone> find(TenantId tenant, UUID object, ResultSet row) throws SQLException {
        Optional<SealedRecord> sealed = sealedPhone(row);
        if (sealed.isEmpty()) {
            return Optional.empty();
        }
        Instant now = clock.instant();
        List<Instant> asked = asked(row);
        boolean requested = row.getObject("pin_request") != null;
        boolean live = optionalInstant(row, "pin_until").filter(now::isBefore).isPresent();
        boolean awaited = live || (requested && asked.stream().anyMatch(now.minus(LIFE)::isBefore));
        List<Instant> recent =
                asked.stream().filter(now.minus(Duration.ofHours(1))::isBefore).sorted().toList();
        return Optional.of(
                new Phone(
                        phone(tenant, object, sealed.get()).ending(),
                        MOST_IN_ALL - asked.size(),
                        recent.size() < MOST_AN_HOUR
                                ? Optional.empty()
                                : Optional.of(
                                        recent.get(recent.size() - MOST_AN_HOUR)
                                                .plus(Duration.ofHours(1))),
                        awaited));
    }

    /// Writes down that a PIN is to be sent. The database counts, so that what is asked at once is
    /// counted too.
    ///
    /// @return empty if the message asks this mailbox for none, or no more are sent
    Optional<PinRequest> ask(TenantId tenant, UUID object, MailboxId mailbox) {
        Instant now = clock.instant();
        PinRequest request = new PinRequest(ids.next());
        int asked =
                sql.sql(
                                """
                                UPDATE message_password SET pin_request = :request, pins_asked = pins_asked || CAST(:now AS timestamptz)
                                 WHERE tenant_id = :tenant AND object_id = :object AND mailbox_id = :mailbox
                                   AND sealed_phone IS NOT NULL AND tries < :tries AND cardinality(pins_asked) < :inAll
                                   AND (SELECT count(*) FROM unnest(pins_asked) AS asked WHERE asked > :hourAgo) < :anHour
                                """)
                        .param("request", request.id())
                        .param("now", at(now))
                        .param("tenant", tenant.value())
                        .param("object", object)
                        .param("mailbox", mailbox.value())
                        .param("tries", MessagePasswords.MOST_TRIES)
                        .param("inAll", MOST_IN_ALL)
                        .param("hourAgo", at(now.minus(Duration.ofHours(1))))
                        .param("anHour", MOST_AN_HOUR)
                        .update();
        return asked == 1 ? Optional.of(request) : Optional.empty();
    }

    /// Makes the PIN for a request; the one before it is void. Asked again for the same request,
    /// since it could not be sent, makes another.
    ///
    /// @return empty if nobody waits for it
    Optional<Issued> issue(TenantId tenant, PinRequest request) {
        Instant now = clock.instant();
        String pin = String.format(Locale.ROOT, "%06d", random.nextInt(PINS));
        return sql.sql(
                        """
                        UPDATE message_password SET password_hash = :hash, pin_until = :until
                         WHERE tenant_id = :tenant AND pin_request = :request AND tries < :tries
                           AND pins_asked[cardinality(pins_asked)] > :since
                        RETURNING object_id, mailbox_id, sealed_phone
                        """)
                .param("hash", PasswordHash.hash(pin, random))
                .param("until", at(now.plus(LIFE)))
                .param("tenant", tenant.value())
                .param("request", request.id())
                .param("tries", MessagePasswords.MOST_TRIES)
                .param("since", at(now.minus(LIFE)))
                .query((row, _) -> {
                    UUID object = row.getObject("object_id", UUID.class);
                    PhoneNumber phone = phone(tenant, object, sealedPhone(row).orElseThrow());
                    return new Issued(
                            object,
                            new MailboxId(row.getObject("mailbox_id", UUID.class)),
                            new IssuedPin(phone, pin));
                })
                .optional();
    }

    /// Changes the phone of what this author has locked, for everybody; in the caller's
    /// transaction.
    ///
    /// @return whether there was anything
    boolean change(TenantId tenant, UUID object, MailboxId author, PhoneNumber phone) {
        int changed =
                sql.sql(
                                """
                                UPDATE message_password
                                   SET sealed_phone = :phone, password_hash = NULL, pin_until = NULL, pin_request = NULL,
                                       pins_asked = '{}', tries = 0
                                 WHERE tenant_id = :tenant AND object_id = :object AND author_id = :author
                                   AND sealed_phone IS NOT NULL
                                """)
                        .param("tenant", tenant.value())
                        .param("object", object)
                        .param("author", author.value())
                        .param("phone", sealed(tenant, object, phone))
                        .update();
        return changed > 0;
    }

    private byte[] sealed(TenantId tenant, UUID object, PhoneNumber phone) {
        return tenants.of(tenant)
                .operations()
                .seal(phone.text().getBytes(US_ASCII), context(tenant, object), random)
                .toBytes();
    }

    private PhoneNumber phone(TenantId tenant, UUID object, SealedRecord sealed) {
        try {
            return new PhoneNumber(
                    new String(
                            tenants.of(tenant).operations().open(sealed, context(tenant, object)),
                            US_ASCII));
        } catch (OpeningFailedException e) {
            throw new DamagedLedgerException("message phone", e);
        }
    }

    private static Optional<SealedRecord> sealedPhone(ResultSet row) throws SQLException {
        byte @Nullable [] bytes = row.getBytes("sealed_phone");
        try {
            return bytes == null ? Optional.empty() : Optional.of(SealedRecord.of(bytes));
        } catch (OpeningFailedException e) {
            throw new DamagedLedgerException("message phone", e);
        }
    }

    private static List<Instant> asked(ResultSet row) throws SQLException {
        Timestamp[] times = (Timestamp[]) row.getArray("pins_asked").getArray();
        return Arrays.stream(times).map(Timestamp::toInstant).toList();
    }

    private static byte[] context(TenantId tenant, UUID object) {
        return KeyContext.of("postern message phone", tenant.value(), object);
    }

    /// A PIN, and for what it is.
    record Issued(UUID object, MailboxId mailbox, IssuedPin pin) {}
}
