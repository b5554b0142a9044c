package org.postern.keys.ledger;

import static org.postern.keys.ledger.Rows.at;
import static org.postern.keys.ledger.Rows.instant;
import static org.postern.keys.ledger.Rows.optionalInstant;
import static org.postern.keys.ledger.Rows.sealed;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.postern.crypto.Tokens;
import org.postern.crypto.Totp;
import org.postern.crypto.sealed.SealedRecord;
import org.postern.db.MailboxId;
import org.postern.db.TenantId;
import org.postern.keys.SignInSettings.RecoveryCodes;
import org.postern.keys.SignInSettings.SecondStep;
import org.springframework.jdbc.core.simple.JdbcClient;

/// The authenticator apps of mailboxes, by their sealed secrets, and the codes that help without
/// one.
final class SecondSteps {

    /// OWASP ASVS 5.0, 6.6.3: five wrong codes in a row, then a wait; and one more after each wait,
    /// which makes 96 tries a day among a million codes.
    static final int MOST_WRONG = 5;

    static final Duration WAIT = Duration.ofMinutes(15);

    private static final Duration OFFER = Duration.ofHours(1);
    private static final int RECOVERY_CODES = 10;
    private static final Pattern SIX_DIGITS = Pattern.compile("[0-9]{6}");

    private final JdbcClient sql;
    private final OwnRecords records;
    private final Clock clock;
    private final SecureRandom random;

    SecondSteps(JdbcClient ledger, OwnRecords records, Clock clock, SecureRandom random) {
        this.sql = ledger;
        this.records = records;
        this.clock = clock;
        this.random = random;
    }

    /// What came of a code.
    enum Verdict {
        APP,
        RECOVERY,
        WRONG,
        /// Wrong, and from now on none is looked at for a while.
        WRONG_ONCE_TOO_OFTEN,
        WAITS
    }

    /// The secret to be put into an app; empty if the second step is on.
    Optional<String> offer(TenantId tenant, MailboxId mailbox) {
        Instant now = clock.instant();
        byte[] secret = records.seal(place(tenant, mailbox), Totp.secret(random));
        sql.sql(
                        """
                        INSERT INTO second_step (tenant_id, mailbox_id, sealed_secret, made_at)
                        VALUES (:tenant, :mailbox, :secret, :now)
                        ON CONFLICT (tenant_id, mailbox_id) DO UPDATE
                           SET sealed_secret = excluded.sealed_secret, made_at = excluded.made_at
                         WHERE second_step.turned_on_at IS NULL AND second_step.made_at <= :old
                        """)
                .param("tenant", tenant.value())
                .param("mailbox", mailbox.value())
                .param("secret", secret)
                .param("now", at(now))
                .param("old", at(now.minus(OFFER)))
                .update();
        return offered(tenant, mailbox).map(Totp::base32);
    }

    private Optional<byte[]> offered(TenantId tenant, MailboxId mailbox) {
        return sql.sql(
                        """
                        SELECT sealed_secret FROM second_step
                         WHERE tenant_id = :tenant AND mailbox_id = :mailbox AND turned_on_at IS NULL AND made_at > :old
                        """)
                .param("tenant", tenant.value())
                .param("mailbox", mailbox.value())
                .param("old", at(clock.instant().minus(OFFER)))
                .query((row, _) -> sealed(row, "sealed_secret"))
                .optional()
                .map(sealed -> records.open(place(tenant, mailbox), sealed));
    }

    /// Turns on what was offered, if this is its code; in the caller's transaction.
    Optional<RecoveryCodes> turnOn(TenantId tenant, MailboxId mailbox, String typed) {
        Instant now = clock.instant();
        OptionalLong step =
                offered(tenant, mailbox)
                        .map(secret -> Totp.step(secret, normalized(typed), now))
                        .orElseGet(OptionalLong::empty);
        if (step.isEmpty() || !turnOn(tenant, mailbox, step.getAsLong(), now)) {
            return Optional.empty();
        }
        List<String> codes = new ArrayList<>();
        for (int i = 0; i < RECOVERY_CODES; i++) {
            String code = Tokens.recoveryCode(random);
            codes.add(code);
            sql.sql(
                            """
                            INSERT INTO recovery_code (tenant_id, mailbox_id, code_hash) VALUES (:tenant, :mailbox, :hash)
                            """)
                    .param("tenant", tenant.value())
                    .param("mailbox", mailbox.value())
                    .param("hash", Tokens.hash(code).toBytes())
                    .update();
        }
        return Optional.of(new RecoveryCodes(codes));
    }

    private boolean turnOn(TenantId tenant, MailboxId mailbox, long step, Instant now) {
        return sql.sql(
                                """
                                UPDATE second_step SET turned_on_at = :now, last_step = :step, wrong = 0, waits_until = NULL
                                 WHERE tenant_id = :tenant AND mailbox_id = :mailbox AND turned_on_at IS NULL
                                """)
                        .param("now", at(now))
                        .param("step", step)
                        .param("tenant", tenant.value())
                        .param("mailbox", mailbox.value())
                        .update()
                == 1;
    }

    void turnOff(TenantId tenant, MailboxId mailbox) {
        sql.sql("DELETE FROM second_step WHERE tenant_id = :tenant AND mailbox_id = :mailbox")
                .param("tenant", tenant.value())
                .param("mailbox", mailbox.value())
                .update();
    }

    /// The second step, if it is on.
    Optional<SecondStep> find(TenantId tenant, MailboxId mailbox) {
        return sql.sql(
                        """
                        SELECT turned_on_at, (SELECT count(*) FROM recovery_code WHERE tenant_id = :tenant AND mailbox_id = :mailbox) AS codes
                          FROM second_step WHERE tenant_id = :tenant AND mailbox_id = :mailbox AND turned_on_at IS NOT NULL
                        """)
                .param("tenant", tenant.value())
                .param("mailbox", mailbox.value())
                .query((row, _) ->
                        new SecondStep(instant(row, "turned_on_at"), row.getInt("codes")))
                .optional();
    }

    /// Until when no code of the app is looked at; empty if they are.
    Optional<Instant> waitsUntil(TenantId tenant, MailboxId mailbox) {
        return sql.sql(
                        """
                        SELECT waits_until FROM second_step
                         WHERE tenant_id = :tenant AND mailbox_id = :mailbox AND waits_until > :now
                        """)
                .param("tenant", tenant.value())
                .param("mailbox", mailbox.value())
                .param("now", at(clock.instant()))
                .query((row, _) -> instant(row, "waits_until"))
                .optional();
    }

    /// Looks at a code of the app, or uses up a recovery code.
    Verdict check(TenantId tenant, MailboxId mailbox, String typed) {
        String code = normalized(typed);
        if (!SIX_DIGITS.matcher(code).matches()) {
            // Nobody guesses one of 120 bits, so they cost no try: who lost the app is not kept
            // waiting by somebody who guesses.
            return useRecoveryCode(tenant, mailbox, Tokens.normalizedCode(code))
                    ? Verdict.RECOVERY
                    : Verdict.WRONG;
        }
        Instant now = clock.instant();
        // The try is spent before the code is looked at, so that tries made at once are still
        // counted.
        Optional<Spent> spent =
                sql.sql(
                                """
                                UPDATE second_step SET wrong = wrong + 1,
                                                       waits_until = CASE WHEN wrong + 1 >= :most THEN :until ELSE NULL END
                                 WHERE tenant_id = :tenant AND mailbox_id = :mailbox AND turned_on_at IS NOT NULL
                                   AND (waits_until IS NULL OR waits_until <= :now)
                                RETURNING sealed_secret, waits_until
                                """)
                        .param("most", MOST_WRONG)
                        .param("until", at(now.plus(WAIT)))
                        .param("tenant", tenant.value())
                        .param("mailbox", mailbox.value())
                        .param("now", at(now))
                        .query((row, _) ->
                                new Spent(
                                        sealed(row, "sealed_secret"),
                                        optionalInstant(row, "waits_until").isPresent()))
                        .optional();
        if (spent.isEmpty()) {
            return Verdict.WAITS;
        }
        OptionalLong step =
                Totp.step(records.open(place(tenant, mailbox), spent.get().secret()), code, now);
        if (step.isPresent() && use(tenant, mailbox, step.getAsLong())) {
            return Verdict.APP;
        }
        return spent.get().last() ? Verdict.WRONG_ONCE_TOO_OFTEN : Verdict.WRONG;
    }

    /// Each step once, and none before it (RFC 6238, section 5.2).
    private boolean use(TenantId tenant, MailboxId mailbox, long step) {
        return sql.sql(
                                """
                                UPDATE second_step SET last_step = :step, wrong = 0, waits_until = NULL
                                 WHERE tenant_id = :tenant AND mailbox_id = :mailbox AND last_step < :step
                                """)
                        .param("step", step)
                        .param("tenant", tenant.value())
                        .param("mailbox", mailbox.value())
                        .update()
                == 1;
    }

    private boolean useRecoveryCode(TenantId tenant, MailboxId mailbox, String code) {
        return sql.sql(
                                """
                                DELETE FROM recovery_code
                                 WHERE tenant_id = :tenant AND mailbox_id = :mailbox AND code_hash = :hash
                                """)
                        .param("tenant", tenant.value())
                        .param("mailbox", mailbox.value())
                        .param("hash", Tokens.hash(code).toBytes())
                        .update()
                == 1;
    }

    private static String normalized(String typed) {
        return typed.replaceAll("[\\s-]", "");
    }

    private static OwnRecords.Place place(TenantId tenant, MailboxId mailbox) {
        return new OwnRecords.Place("second step", tenant, mailbox, mailbox.value());
    }

    private record Spent(SealedRecord secret, boolean last) {}
}
