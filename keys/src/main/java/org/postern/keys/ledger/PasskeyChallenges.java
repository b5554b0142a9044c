package org.postern.keys.ledger;

import static org.postern.keys.ledger.Rows.at;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.postern.crypto.Tokens;
import org.postern.crypto.sealed.Mac256;
import org.postern.db.TenantId;
import org.springframework.jdbc.core.simple.JdbcClient;

/// What authenticators are to sign: 256 random bits, good once, for whoever asked (OWASP ASVS 5.0,
/// 6.7.2).
final class PasskeyChallenges {

    private static final Duration LIFE = Duration.ofMinutes(5);

    private final JdbcClient sql;
    private final Clock clock;
    private final SecureRandom random;

    PasskeyChallenges(JdbcClient ledger, Clock clock, SecureRandom random) {
        this.sql = ledger;
        this.clock = clock;
        this.random = random;
    }

    /// Makes one; the one that this asker had is void.
    ///
    /// @param asker hash of a secret that he alone has
    String issue(TenantId tenant, Mac256 asker) {
        Instant now = clock.instant();
        String challenge = Tokens.token(random);
        sql.sql("DELETE FROM passkey_challenge WHERE expires_at < :now")
                .param("now", at(now))
                .update();
        sql.sql(
                        """
                        INSERT INTO passkey_challenge (tenant_id, asker, challenge_hash, expires_at)
                        VALUES (:tenant, :asker, :challenge, :expires)
                        ON CONFLICT (tenant_id, asker) DO UPDATE
                           SET challenge_hash = excluded.challenge_hash, expires_at = excluded.expires_at
                        """)
                .param("tenant", tenant.value())
                .param("asker", asker.toBytes())
                .param("challenge", Tokens.hash(challenge).toBytes())
                .param("expires", at(now.plus(LIFE)))
                .update();
        return challenge;
    }

    /// Uses one up.
    ///
    /// @return whether it was this asker's, and still good
    boolean take(TenantId tenant, Mac256 asker, String challenge) {
        return sql.sql(
                                """
                                DELETE FROM passkey_challenge
                                 WHERE tenant_id = :tenant AND asker = :asker AND challenge_hash = :challenge AND expires_at > :now
                                """)
                        .param("tenant", tenant.value())
                        .param("asker", asker.toBytes())
                        .param("challenge", Tokens.hash(challenge).toBytes())
                        .param("now", at(clock.instant()))
                        .update()
                == 1;
    }
}
