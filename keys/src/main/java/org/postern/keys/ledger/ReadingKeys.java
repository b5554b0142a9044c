package org.postern.keys.ledger;

import static org.postern.keys.ledger.Rows.at;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.postern.crypto.Tokens;
import org.postern.db.MailboxId;
import org.postern.db.TenantId;
import org.postern.keys.KeyService.ReadingKey;
import org.postern.keys.KeyService.Redeemed;
import org.postern.keys.NotSignedInException;
import org.springframework.jdbc.core.simple.JdbcClient;

/// What signed-in readers may open with, each by its hash alone.
final class ReadingKeys {

    /// The longest a session lasts, however busy (OWASP ASVS 5.0, 7.3.2).
    private static final Duration LIFE = Duration.ofHours(8);

    private final JdbcClient sql;
    private final Clock clock;
    private final SecureRandom random;

    ReadingKeys(JdbcClient ledger, Clock clock, SecureRandom random) {
        this.sql = ledger;
        this.clock = clock;
        this.random = random;
    }

    Redeemed create(TenantId tenant, MailboxId mailbox) {
        Instant now = clock.instant();
        ReadingKey key = new ReadingKey(Tokens.token(random));
        sql.sql("DELETE FROM reading_key WHERE expires_at < :now").param("now", at(now)).update();
        sql.sql(
                        """
                        INSERT INTO reading_key (tenant_id, key_hash, mailbox_id, expires_at)
                        VALUES (:tenant, :hash, :mailbox, :expires)
                        """)
                .param("tenant", tenant.value())
                .param("hash", Tokens.hash(key.secret()).toBytes())
                .param("mailbox", mailbox.value())
                .param("expires", at(now.plus(LIFE)))
                .update();
        return new Redeemed(key, mailbox, now.plus(LIFE));
    }

    MailboxId mailbox(TenantId tenant, ReadingKey key) throws NotSignedInException {
        return sql.sql(
                        """
                        SELECT mailbox_id FROM reading_key
                         WHERE tenant_id = :tenant AND key_hash = :hash AND expires_at > :now
                        """)
                .param("tenant", tenant.value())
                .param("hash", Tokens.hash(key.secret()).toBytes())
                .param("now", at(clock.instant()))
                .query((row, _) -> new MailboxId(row.getObject("mailbox_id", UUID.class)))
                .optional()
                .orElseThrow(NotSignedInException::new);
    }

    /// Ends a reading key.
    ///
    /// @return whose it was, if it was one
    Optional<MailboxId> delete(TenantId tenant, ReadingKey key) {
        return sql.sql(
                        "DELETE FROM reading_key WHERE tenant_id = :tenant AND key_hash = :hash"
                                + " RETURNING mailbox_id")
                .param("tenant", tenant.value())
                .param("hash", Tokens.hash(key.secret()).toBytes())
                .query((row, _) -> new MailboxId(row.getObject("mailbox_id", UUID.class)))
                .optional();
    }
}
