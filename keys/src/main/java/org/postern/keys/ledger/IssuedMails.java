package org.postern.keys.ledger;

import static java.util.Objects.requireNonNull;
import static org.postern.keys.ledger.Rows.at;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.postern.db.MailboxId;
import org.postern.db.TenantId;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionOperations;

/// How many sign-in mails were sent of late: nobody is flooded by whoever knows his address, nor
/// pressed until he gives in (OWASP ASVS 5.0, 6.6.4), and whoever has a list of addresses cannot
/// have an organisation write to all of them.
final class IssuedMails {

    private static final Duration WITHIN = Duration.ofHours(1);

    /// Whoever was sent a message since may well ask: he is reminded for ten days.
    private static final Duration NEW = Duration.ofDays(14);

    private final JdbcClient sql;
    private final TransactionOperations transaction;
    private final MailLimits most;
    private final Clock clock;

    IssuedMails(
            JdbcClient ledger, TransactionOperations transaction, MailLimits most, Clock clock) {
        this.sql = ledger;
        this.transaction = transaction;
        this.most = most;
        this.clock = clock;
    }

    /// Counts a request, once however often its mail is tried.
    ///
    /// @return whether it is to have a mail
    boolean mayIssue(TenantId tenant, MailboxId mailbox, UUID request) {
        return requireNonNull(transaction.execute(_ -> count(tenant, mailbox, request)));
    }

    private boolean count(TenantId tenant, MailboxId mailbox, UUID request) {
        Instant now = clock.instant();
        boolean expected = isExpected(tenant, mailbox, now);
        lock(tenant, mailbox, expected);
        sql.sql(
                        """
                        DELETE FROM issued_mail WHERE tenant_id = :tenant AND mailbox_id = :mailbox AND issued_at <= :old
                        """)
                .param("tenant", tenant.value())
                .param("mailbox", mailbox.value())
                .param("old", at(now.minus(WITHIN)))
                .update();
        sql.sql(
                        """
                        INSERT INTO issued_mail (tenant_id, mailbox_id, request_id, issued_at, expected)
                        SELECT :tenant, :mailbox, :request, :now, :expected
                         WHERE (SELECT count(*) FROM issued_mail WHERE tenant_id = :tenant AND mailbox_id = :mailbox) < :ofAddress
                           AND (:expected OR (SELECT count(*) FROM issued_mail
                                               WHERE tenant_id = :tenant AND NOT expected AND issued_at > :old) < :ofTenant)
                        ON CONFLICT (tenant_id, mailbox_id, request_id) DO NOTHING
                        """)
                .param("tenant", tenant.value())
                .param("mailbox", mailbox.value())
                .param("request", request)
                .param("now", at(now))
                .param("expected", expected)
                .param("ofAddress", most.ofAddress())
                .param("old", at(now.minus(WITHIN)))
                .param("ofTenant", most.ofTenant())
                .update();
        return sql.sql(
                        """
                        SELECT EXISTS (SELECT FROM issued_mail
                                        WHERE tenant_id = :tenant AND mailbox_id = :mailbox AND request_id = :request)
                        """)
                .param("tenant", tenant.value())
                .param("mailbox", mailbox.value())
                .param("request", request)
                .query(Boolean.class)
                .single();
    }

    /// One after the other, so that requests at once are counted too.
    private void lock(TenantId tenant, MailboxId mailbox, boolean expected) {
        if (!expected) {
            sql.sql("SELECT pg_advisory_xact_lock(hashtext('issued mail'), hashtext(:tenant))")
                    .param("tenant", tenant.toString())
                    .query((_, _) -> tenant)
                    .single();
        }
        sql.sql(
                        """
                        SELECT 1 FROM mailbox WHERE tenant_id = :tenant AND mailbox_id = :mailbox FOR NO KEY UPDATE
                        """)
                .param("tenant", tenant.value())
                .param("mailbox", mailbox.value())
                .query(Integer.class)
                .optional();
    }

    private boolean isExpected(TenantId tenant, MailboxId mailbox, Instant now) {
        return sql.sql(
                        """
                        SELECT EXISTS (SELECT FROM shred_secret
                                        WHERE tenant_id = :tenant AND mailbox_id = :mailbox AND object_id >= :first)
                        """)
                .param("tenant", tenant.value())
                .param("mailbox", mailbox.value())
                .param("first", first(now.minus(NEW)))
                .query(Boolean.class)
                .single();
    }

    /// The least id of an object that a door has taken since (RFC 9562, section 5.7).
    private static UUID first(Instant time) {
        return new UUID(time.toEpochMilli() << 16 | 0x7000, 0x8000_0000_0000_0000L);
    }
}
