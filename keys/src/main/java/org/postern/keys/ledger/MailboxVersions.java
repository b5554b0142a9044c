package org.postern.keys.ledger;

import static org.postern.keys.ledger.Rows.at;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.postern.crypto.WrappingKey;
import org.postern.db.TenantId;
import org.springframework.jdbc.core.simple.JdbcClient;

/// The versions of mailbox keys. The newest makes slots; one before it stays as long as a shred
/// secret says that its slot needs it, since backups of the mail database need it for as long.
final class MailboxVersions {

    private static final int PAGE = 500;

    /// Whoever admits with the version before has written its shred secrets by then.
    private static final Duration KEPT = Duration.ofDays(1);

    private MailboxVersions() {}

    /// The version that a mailbox has.
    record Version(UUID mailbox, int version) {}

    /// Some mailboxes whose key was made before that time.
    ///
    /// @param after the last of those given before
    static List<Version> madeBefore(
            JdbcClient sql, TenantId tenant, Instant time, Optional<UUID> after) {
        return sql.sql(
                        """
                        SELECT mailbox_id, key_version FROM mailbox
                         WHERE tenant_id = :tenant AND mailbox_id > :after AND key_made_at < :time
                         ORDER BY mailbox_id LIMIT :page
                        """)
                .param("tenant", tenant.value())
                .param("after", after.orElse(new UUID(0, 0)))
                .param("time", at(time))
                .param("page", PAGE)
                .query((row, _) ->
                        new Version(
                                row.getObject("mailbox_id", UUID.class), row.getInt("key_version")))
                .list();
    }

    /// Makes the next version, unless somebody has.
    static void replace(
            JdbcClient sql,
            TenantId tenant,
            Version old,
            TenantKey tenantKey,
            Instant now,
            SecureRandom random) {
        WrappingKey next = WrappingKey.generate(random, old.version() + 1);
        sql.sql(
                        """
                        WITH old AS (
                            SELECT tenant_id, mailbox_id, key_version, wrapped_key FROM mailbox
                             WHERE tenant_id = :tenant AND mailbox_id = :mailbox AND key_version = :version
                               FOR NO KEY UPDATE),
                        kept AS (
                            INSERT INTO former_mailbox_key (tenant_id, mailbox_id, version, wrapped_key, replaced_at)
                            SELECT tenant_id, mailbox_id, key_version, wrapped_key, :now FROM old)
                        UPDATE mailbox SET wrapped_key = :key, key_version = :version + 1, key_made_at = :now
                          FROM old WHERE mailbox.tenant_id = old.tenant_id AND mailbox.mailbox_id = old.mailbox_id
                        """)
                .param("tenant", tenant.value())
                .param("mailbox", old.mailbox())
                .param("version", old.version())
                .param(
                        "key",
                        tenantKey
                                .wrapping(now)
                                .wrap(next, Mailboxes.keyContext(tenant, old.mailbox()), random)
                                .toBytes())
                .param("now", at(now))
                .update();
    }

    static void deleteUnneeded(JdbcClient sql, Instant now) {
        sql.sql(
                        """
                        DELETE FROM former_mailbox_key AS former
                         WHERE replaced_at <= :then
                           AND NOT EXISTS (SELECT FROM shred_secret AS secret
                                            WHERE secret.tenant_id = former.tenant_id AND secret.mailbox_id = former.mailbox_id
                                              AND secret.mailbox_version = former.version)
                        """)
                .param("then", at(now.minus(KEPT)))
                .update();
    }
}
