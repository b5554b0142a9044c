package org.postern.keys.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.postern.keys.ledger.Rows.at;

import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.postern.crypto.PasswordHash;
import org.postern.crypto.Tokens;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.SealedRecord;
import org.postern.db.MailboxId;
import org.postern.db.MessagePassword;
import org.postern.db.PhoneNumber;
import org.postern.db.TenantId;
import org.postern.keys.KeyService.Lock;
import org.postern.keys.KeyService.ReadingKey;
import org.springframework.jdbc.core.simple.JdbcClient;

/// The passwords of messages, and the PINs that stand for one for a while ([MessagePhones]): each
/// by its slow hash alone, and which sessions have typed them.
final class MessagePasswords {

    /// Of each recipient, so that nobody spoils another's. The CHECK in the ledger's migration says
    /// so too.
    static final int MOST_TRIES = 5;

    private final JdbcClient sql;
    private final TenantKeys tenants;
    private final MessagePhones phones;
    private final Clock clock;
    private final SecureRandom random;

    MessagePasswords(
            JdbcClient ledger,
            TenantKeys tenants,
            MessagePhones phones,
            Clock clock,
            SecureRandom random) {
        this.sql = ledger;
        this.tenants = tenants;
        this.phones = phones;
        this.clock = clock;
        this.random = random;
    }

    /// Locks a message for one mailbox, whose secret there is.
    ///
    /// @param author who may change it, if anybody
    void create(
            TenantId tenant,
            UUID object,
            MailboxId mailbox,
            Optional<MailboxId> author,
            MessagePassword password) {
        sql.sql(
                        """
                        INSERT INTO message_password (tenant_id, object_id, mailbox_id, author_id, password_hash, sealed_hint)
                        VALUES (:tenant, :object, :mailbox, :author, :hash, :hint)
                        """)
                .param("tenant", tenant.value())
                .param("object", object)
                .param("mailbox", mailbox.value())
                .param("author", author.map(MailboxId::value).orElse(null), Types.OTHER)
                .param("hash", password.hash())
                .param("hint", sealed(tenant, object, password.hint()), Types.BINARY)
                .update();
    }

    /// What keeps the message shut for whoever has this reading key.
    Optional<Lock> find(TenantId tenant, UUID object, MailboxId mailbox, ReadingKey reader) {
        return sql.sql(
                        """
                        SELECT sealed_hint, tries, sealed_phone, pin_request, pin_until, pins_asked FROM message_password
                         WHERE tenant_id = :tenant AND object_id = :object AND mailbox_id = :mailbox
                           AND NOT EXISTS (SELECT FROM unlocking WHERE tenant_id = :tenant AND key_hash = :key AND object_id = :object)
                        """)
                .param("tenant", tenant.value())
                .param("object", object)
                .param("mailbox", mailbox.value())
                .param("key", Tokens.hash(reader.secret()).toBytes())
                .query((row, _) ->
                        new Lock(
                                sealedHint(row).map(hint -> hint(tenant, object, hint)),
                                MOST_TRIES - row.getInt("tries"),
                                phones.find(tenant, object, row)))
                .optional();
    }

    /// Spends a try, if there is anything to be tried.
    ///
    /// @return whether it was the password, or the PIN
    boolean unlock(
            TenantId tenant, UUID object, MailboxId mailbox, ReadingKey reader, String typed) {
        // The try is spent before the password is looked at, so that tries made at once are still
        // counted.
        Optional<String> hash =
                sql.sql(
                                """
                                UPDATE message_password SET tries = tries + 1
                                 WHERE tenant_id = :tenant AND object_id = :object AND mailbox_id = :mailbox AND tries < :most
                                   AND (sealed_phone IS NULL OR pin_until > :now)
                                RETURNING password_hash
                                """)
                        .param("tenant", tenant.value())
                        .param("object", object)
                        .param("mailbox", mailbox.value())
                        .param("most", MOST_TRIES)
                        .param("now", at(clock.instant()))
                        .query((row, _) -> row.getString("password_hash"))
                        .optional();
        return hash.filter(found -> PasswordHash.matches(found, typed))
                .filter(found -> remember(tenant, object, mailbox, reader, found))
                .isPresent();
    }

    /// Gives back the tries with it: they were its owner's. A PIN works once. Not if the password
    /// was changed meanwhile, or the PIN typed.
    private boolean remember(
            TenantId tenant, UUID object, MailboxId mailbox, ReadingKey reader, String hash) {
        return sql.sql(
                                """
                                WITH unlocked AS (
                                    UPDATE message_password
                                       SET tries = 0, pin_request = NULL, pin_until = NULL,
                                           password_hash = CASE WHEN sealed_phone IS NULL THEN password_hash END
                                     WHERE tenant_id = :tenant AND object_id = :object AND mailbox_id = :mailbox AND password_hash = :hash
                                    RETURNING tenant_id, object_id, mailbox_id)
                                INSERT INTO unlocking (tenant_id, key_hash, object_id, mailbox_id)
                                SELECT tenant_id, :key, object_id, mailbox_id FROM unlocked
                                ON CONFLICT (tenant_id, key_hash, object_id) DO UPDATE SET mailbox_id = excluded.mailbox_id
                                """)
                        .param("tenant", tenant.value())
                        .param("object", object)
                        .param("mailbox", mailbox.value())
                        .param("hash", hash)
                        .param("key", Tokens.hash(reader.secret()).toBytes())
                        .update()
                == 1;
    }

    /// Changes the password of what this author has locked, for everybody; in the caller's
    /// transaction.
    ///
    /// @return whether there was anything
    boolean change(TenantId tenant, UUID object, MailboxId author, MessagePassword password) {
        int changed =
                sql.sql(
                                """
                                UPDATE message_password SET password_hash = :hash, sealed_hint = :hint, tries = 0
                                 WHERE tenant_id = :tenant AND object_id = :object AND author_id = :author
                                   AND sealed_phone IS NULL
                                """)
                        .param("tenant", tenant.value())
                        .param("object", object)
                        .param("author", author.value())
                        .param("hash", password.hash())
                        .param("hint", sealed(tenant, object, password.hint()), Types.BINARY)
                        .update();
        return changed > 0 && forgetUnlockings(tenant, object);
    }

    /// The same for the phone to which PINs go.
    boolean change(TenantId tenant, UUID object, MailboxId author, PhoneNumber phone) {
        return phones.change(tenant, object, author, phone) && forgetUnlockings(tenant, object);
    }

    private boolean forgetUnlockings(TenantId tenant, UUID object) {
        sql.sql("DELETE FROM unlocking WHERE tenant_id = :tenant AND object_id = :object")
                .param("tenant", tenant.value())
                .param("object", object)
                .update();
        return true;
    }

    private byte @Nullable [] sealed(TenantId tenant, UUID object, Optional<String> hint) {
        return hint.map(text ->
                        tenants.of(tenant)
                                .operations()
                                .seal(text.getBytes(UTF_8), context(tenant, object), random)
                                .toBytes())
                .orElse(null);
    }

    private String hint(TenantId tenant, UUID object, SealedRecord sealed) {
        try {
            return new String(
                    tenants.of(tenant).operations().open(sealed, context(tenant, object)), UTF_8);
        } catch (OpeningFailedException e) {
            throw new DamagedLedgerException("password hint", e);
        }
    }

    private static Optional<SealedRecord> sealedHint(ResultSet row) throws SQLException {
        byte @Nullable [] bytes = row.getBytes("sealed_hint");
        try {
            return bytes == null ? Optional.empty() : Optional.of(SealedRecord.of(bytes));
        } catch (OpeningFailedException e) {
            throw new DamagedLedgerException("password hint", e);
        }
    }

    private static byte[] context(TenantId tenant, UUID object) {
        return KeyContext.of("postern password hint", tenant.value(), object);
    }
}
