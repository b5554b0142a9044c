package org.postern.keys.ledger;

import static org.postern.keys.ledger.Rows.at;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.postern.crypto.CodeHash;
import org.postern.crypto.Tokens;
import org.postern.crypto.sealed.Mac256;
import org.postern.crypto.sealed.UuidV7;
import org.postern.db.MailboxId;
import org.postern.db.TenantId;
import org.postern.keys.KeyService.Redemption;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Sign-in challenges: a link token and a code, each by its hash alone.
final class Challenges {

    /// OWASP ASVS 5.0, 6.5.5: out-of-band codes live at most 10 minutes.
    private static final Duration LIFE = Duration.ofMinutes(10);

    /// OWASP ASVS 5.0, 6.6.3: five wrong codes end a challenge. The CHECK in the ledger's first
    /// migration says so too.
    private static final int MAX_CODE_TRIES = 5;

    private final JdbcClient sql;
    private final UuidV7 ids;
    private final Clock clock;
    private final SecureRandom random;

    Challenges(JdbcClient ledger, UuidV7 ids, Clock clock, SecureRandom random) {
        this.sql = ledger;
        this.ids = ids;
        this.clock = clock;
        this.random = random;
    }

    /// Makes a challenge for this browser; those it had before are void, those of other browsers
    /// are not, so that a stranger who asks for links spoils nobody's.
    Challenge issue(TenantId tenant, MailboxId mailbox, Mac256 browser) {
        Instant now = clock.instant();
        String token = Tokens.token(random);
        String code = Tokens.code(random);
        sql.sql("DELETE FROM challenge WHERE tenant_id = :tenant AND expires_at < :now")
                .param("tenant", tenant.value())
                .param("now", at(now))
                .update();
        sql.sql(
                        """
                        INSERT INTO challenge (tenant_id, challenge_id, mailbox_id, browser_mac, token_hash, code_hash, issued_at,
                                               expires_at)
                        VALUES (:tenant, :challenge, :mailbox, :browser, :token, :code, :now, :expires)
                        ON CONFLICT (tenant_id, browser_mac) DO UPDATE
                           SET challenge_id = excluded.challenge_id, mailbox_id = excluded.mailbox_id, token_hash = excluded.token_hash,
                               code_hash = excluded.code_hash, code_tries = 0, issued_at = excluded.issued_at,
                               expires_at = excluded.expires_at, redeemed_at = NULL, second_step_until = NULL
                        """)
                .param("tenant", tenant.value())
                .param("challenge", ids.next())
                .param("mailbox", mailbox.value())
                .param("browser", browser.toBytes())
                .param("token", Tokens.hash(token).toBytes())
                .param("code", CodeHash.hash(code.toCharArray(), random))
                .param("now", at(now))
                .param("expires", at(now.plus(LIFE)))
                .update();
        return new Challenge(token, code);
    }

    /// Lets whoever just redeemed show his second step in this browser.
    void awaitSecondStep(TenantId tenant, Mac256 browser) {
        Instant now = clock.instant();
        sql.sql(
                        """
                        UPDATE challenge SET second_step_until = :until, expires_at = :until
                         WHERE tenant_id = :tenant AND browser_mac = :browser AND redeemed_at IS NOT NULL
                        """)
                .param("until", at(now.plus(LIFE)))
                .param("tenant", tenant.value())
                .param("browser", browser.toBytes())
                .update();
    }

    /// Whose second step is awaited in this browser.
    Optional<MailboxId> awaitingSecondStep(TenantId tenant, Mac256 browser) {
        return sql.sql(
                        """
                        SELECT mailbox_id FROM challenge
                         WHERE tenant_id = :tenant AND browser_mac = :browser AND second_step_until > :now
                        """)
                .param("tenant", tenant.value())
                .param("browser", browser.toBytes())
                .param("now", at(clock.instant()))
                .query((row, _) -> new MailboxId(row.getObject("mailbox_id", UUID.class)))
                .optional();
    }

    /// It was shown.
    ///
    /// @return whether it was still awaited
    boolean endSecondStep(TenantId tenant, Mac256 browser) {
        return sql.sql(
                                """
                                UPDATE challenge SET second_step_until = NULL
                                 WHERE tenant_id = :tenant AND browser_mac = :browser AND second_step_until > :now
                                """)
                        .param("tenant", tenant.value())
                        .param("browser", browser.toBytes())
                        .param("now", at(clock.instant()))
                        .update()
                == 1;
    }

    /// Uses a token; the database chooses the one winner.
    Optional<MailboxId> redeem(TenantId tenant, Redemption.Link link) {
        return sql.sql(
                        """
                        UPDATE challenge SET redeemed_at = :now
                         WHERE tenant_id = :tenant AND token_hash = :token AND browser_mac = :browser
                           AND redeemed_at IS NULL AND expires_at > :now
                        RETURNING mailbox_id
                        """)
                .param("now", at(clock.instant()))
                .param("tenant", tenant.value())
                .param("token", Tokens.hash(link.token()).toBytes())
                .param("browser", link.browserMac().toBytes())
                .query((row, _) -> new MailboxId(row.getObject("mailbox_id", UUID.class)))
                .optional();
    }

    /// Uses a code; likewise.
    Optional<MailboxId> redeem(TenantId tenant, Redemption.Code code) {
        // The try is spent before the code is looked at, so that tries made at once are still
        // counted.
        return sql.sql(
                        """
                        UPDATE challenge SET code_tries = code_tries + 1
                         WHERE tenant_id = :tenant AND browser_mac = :browser
                           AND redeemed_at IS NULL AND expires_at > :now AND code_tries < :max
                        RETURNING challenge_id, code_hash
                        """)
                .param("tenant", tenant.value())
                .param("browser", code.browserMac().toBytes())
                .param("now", at(clock.instant()))
                .param("max", MAX_CODE_TRIES)
                .query((row, _) ->
                        new Candidate(
                                row.getObject("challenge_id", UUID.class),
                                row.getString("code_hash")))
                .optional()
                .filter(candidate ->
                        CodeHash.matches(
                                candidate.codeHash(),
                                Tokens.normalizedCode(code.code()).toCharArray()))
                .flatMap(candidate -> win(tenant, candidate));
    }

    private Optional<MailboxId> win(TenantId tenant, Candidate candidate) {
        return sql.sql(
                        """
                        UPDATE challenge SET redeemed_at = :now
                         WHERE tenant_id = :tenant AND challenge_id = :challenge AND redeemed_at IS NULL AND expires_at > :now
                        RETURNING mailbox_id
                        """)
                .param("now", at(clock.instant()))
                .param("tenant", tenant.value())
                .param("challenge", candidate.challenge())
                .query((row, _) -> new MailboxId(row.getObject("mailbox_id", UUID.class)))
                .optional();
    }

    record Challenge(String token, String code) {

        @Override
        public String toString() {
            return "Challenge[redacted]";
        }
    }

    private record Candidate(UUID challenge, String codeHash) {}
}
