package org.postern.keys.ledger;

import static org.postern.keys.ledger.Rows.at;
import static org.postern.keys.ledger.Rows.instant;
import static org.postern.keys.ledger.Rows.optionalSealed;

import java.security.SecureRandom;
import java.sql.Types;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.postern.crypto.Tokens;
import org.postern.crypto.sealed.SealedRecord;
import org.postern.crypto.sealed.UuidV7;
import org.postern.db.MailboxId;
import org.postern.db.TenantId;
import org.postern.keys.KeyService.ReadingKey;
import org.postern.keys.KeyService.Redeemed;
import org.postern.keys.KeyService.Visitor;
import org.postern.keys.NotSignedInException;
import org.postern.keys.SignInSettings.Session;
import org.springframework.jdbc.core.simple.JdbcClient;

/// What signed-in readers may open with, each by its hash alone. A session is there as long as its
/// reading key.
final class ReadingKeys {

    /// The longest a session lasts, however busy (OWASP ASVS 5.0, 7.3.2).
    private static final Duration LIFE = Duration.ofHours(8);

    /// One write a minute of each session, however busy.
    private static final Duration SEEN_AGAIN_AFTER = Duration.ofMinutes(1);

    /// How long after signing in its owner may change how he signs in.
    private static final Duration RECENT = Duration.ofMinutes(10);

    private final JdbcClient sql;
    private final OwnRecords records;
    private final UuidV7 ids;
    private final Clock clock;
    private final SecureRandom random;

    ReadingKeys(
            JdbcClient ledger, OwnRecords records, UuidV7 ids, Clock clock, SecureRandom random) {
        this.sql = ledger;
        this.records = records;
        this.ids = ids;
        this.clock = clock;
        this.random = random;
    }

    /// @param proved whether he has shown all that he is asked for
    /// @param remembered the token of his device, if it is remembered from now on
    Redeemed create(
            TenantId tenant,
            MailboxId mailbox,
            Visitor visitor,
            boolean proved,
            Optional<String> remembered) {
        Instant now = clock.instant();
        ReadingKey key = new ReadingKey(Tokens.token(random));
        UUID session = ids.next();
        sql.sql("DELETE FROM reading_key WHERE expires_at < :now").param("now", at(now)).update();
        sql.sql(
                        """
                        INSERT INTO reading_key (tenant_id, key_hash, mailbox_id, expires_at, session_id, begun_at, seen_at, proved_at, sealed_device)
                        VALUES (:tenant, :hash, :mailbox, :expires, :session, :now, :now, :proved, :device)
                        """)
                .param("tenant", tenant.value())
                .param("hash", hash(key))
                .param("mailbox", mailbox.value())
                .param("expires", at(now.plus(LIFE)))
                .param("session", session)
                .param("now", at(now))
                .param("proved", proved ? at(now) : null, Types.TIMESTAMP_WITH_TIMEZONE)
                .param("device", records.seal(place(tenant, mailbox, session), visitor.device()))
                .update();
        return new Redeemed(key, mailbox, now.plus(LIFE), remembered);
    }

    MailboxId mailbox(TenantId tenant, ReadingKey key) throws NotSignedInException {
        Instant now = clock.instant();
        Found found =
                sql.sql(
                                """
                                SELECT mailbox_id, seen_at FROM reading_key
                                 WHERE tenant_id = :tenant AND key_hash = :hash AND expires_at > :now
                                """)
                        .param("tenant", tenant.value())
                        .param("hash", hash(key))
                        .param("now", at(now))
                        .query((row, _) ->
                                new Found(
                                        new MailboxId(row.getObject("mailbox_id", UUID.class)),
                                        instant(row, "seen_at")))
                        .optional()
                        .orElseThrow(NotSignedInException::new);
        if (!now.isBefore(found.seenAt().plus(SEEN_AGAIN_AFTER))) {
            sql.sql(
                            """
                            UPDATE reading_key SET seen_at = :now
                             WHERE tenant_id = :tenant AND key_hash = :hash AND seen_at < :now
                            """)
                    .param("now", at(now))
                    .param("tenant", tenant.value())
                    .param("hash", hash(key))
                    .update();
        }
        return found.mailbox();
    }

    /// Whether whoever has this key has just signed in, with all that he is asked for (OWASP ASVS
    /// 5.0, 7.5.1).
    boolean isRecent(TenantId tenant, ReadingKey key) {
        return sql.sql(
                        """
                        SELECT EXISTS (SELECT FROM reading_key WHERE tenant_id = :tenant AND key_hash = :hash AND proved_at > :old)
                        """)
                .param("tenant", tenant.value())
                .param("hash", hash(key))
                .param("old", at(clock.instant().minus(RECENT)))
                .query(Boolean.class)
                .single();
    }

    /// The sessions of a mailbox, the newest first.
    ///
    /// @param current the one that asks
    List<Session> sessions(TenantId tenant, MailboxId mailbox, ReadingKey current) {
        byte[] own = hash(current);
        return sql
                .sql(
                        """
                        SELECT * FROM reading_key WHERE tenant_id = :tenant AND mailbox_id = :mailbox AND expires_at > :now
                         ORDER BY begun_at DESC, session_id DESC
                        """)
                .param("tenant", tenant.value())
                .param("mailbox", mailbox.value())
                .param("now", at(clock.instant()))
                .query((row, _) ->
                        new Row(
                                row.getObject("session_id", UUID.class),
                                instant(row, "begun_at"),
                                instant(row, "seen_at"),
                                instant(row, "expires_at"),
                                optionalSealed(row, "sealed_device"),
                                Arrays.equals(own, row.getBytes("key_hash"))))
                .list()
                .stream()
                .map(row ->
                        new Session(
                                row.id(),
                                row.begunAt(),
                                row.seenAt(),
                                row.endsAt(),
                                device(tenant, mailbox, row),
                                row.current()))
                .toList();
    }

    private String device(TenantId tenant, MailboxId mailbox, Row row) {
        return row.sealedDevice()
                .map(sealed -> records.openText(place(tenant, mailbox, row.id()), sealed))
                .orElseGet(Visitor.UNKNOWN::device);
    }

    /// Ends a reading key.
    ///
    /// @return whose it was, if it was one
    Optional<MailboxId> delete(TenantId tenant, ReadingKey key) {
        return sql.sql(
                        "DELETE FROM reading_key WHERE tenant_id = :tenant AND key_hash = :hash"
                                + " RETURNING mailbox_id")
                .param("tenant", tenant.value())
                .param("hash", hash(key))
                .query((row, _) -> new MailboxId(row.getObject("mailbox_id", UUID.class)))
                .optional();
    }

    /// Ends a session of this mailbox.
    ///
    /// @return whether there was one
    boolean delete(TenantId tenant, MailboxId mailbox, UUID session) {
        return sql.sql(
                                """
                                DELETE FROM reading_key
                                 WHERE tenant_id = :tenant AND mailbox_id = :mailbox AND session_id = :session
                                """)
                        .param("tenant", tenant.value())
                        .param("mailbox", mailbox.value())
                        .param("session", session)
                        .update()
                == 1;
    }

    /// Ends all sessions of this mailbox but one.
    ///
    /// @return how many there were
    int deleteOthers(TenantId tenant, MailboxId mailbox, ReadingKey current) {
        return sql.sql(
                        """
                        DELETE FROM reading_key WHERE tenant_id = :tenant AND mailbox_id = :mailbox AND key_hash <> :hash
                        """)
                .param("tenant", tenant.value())
                .param("mailbox", mailbox.value())
                .param("hash", hash(current))
                .update();
    }

    private static byte[] hash(ReadingKey key) {
        return Tokens.hash(key.secret()).toBytes();
    }

    private static OwnRecords.Place place(TenantId tenant, MailboxId mailbox, UUID session) {
        return new OwnRecords.Place("session device", tenant, mailbox, session);
    }

    private record Found(MailboxId mailbox, Instant seenAt) {}

    /// A row while its connection is in use: what is sealed is opened afterwards, since the
    /// tenant's keys may have to be looked up.
    private record Row(
            UUID id,
            Instant begunAt,
            Instant seenAt,
            Instant endsAt,
            Optional<SealedRecord> sealedDevice,
            boolean current) {}
}
