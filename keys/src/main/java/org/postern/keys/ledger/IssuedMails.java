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

/// How many sign-in mails a mailbox was sent of late: nobody is flooded by whoever knows his
/// address, nor pressed until he gives in (OWASP ASVS 5.0, 6.6.4).
final class IssuedMails {

    private static final Duration WITHIN = Duration.ofHours(1);

    private final JdbcClient sql;
    private final TransactionOperations transaction;
    private final int most;
    private final Clock clock;

    /// @param most in an hour
    IssuedMails(JdbcClient ledger, TransactionOperations transaction, int most, Clock clock) {
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
        // One after the other, so that requests at once are counted too.
        sql.sql(
                        """
                        SELECT 1 FROM mailbox WHERE tenant_id = :tenant AND mailbox_id = :mailbox FOR NO KEY UPDATE
                        """)
                .param("tenant", tenant.value())
                .param("mailbox", mailbox.value())
                .query(Integer.class)
                .optional();
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
                        INSERT INTO issued_mail (tenant_id, mailbox_id, request_id, issued_at)
                        SELECT :tenant, :mailbox, :request, :now
                         WHERE (SELECT count(*) FROM issued_mail WHERE tenant_id = :tenant AND mailbox_id = :mailbox) < :most
                        ON CONFLICT (tenant_id, mailbox_id, request_id) DO NOTHING
                        """)
                .param("tenant", tenant.value())
                .param("mailbox", mailbox.value())
                .param("request", request)
                .param("now", at(now))
                .param("most", most)
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
}
