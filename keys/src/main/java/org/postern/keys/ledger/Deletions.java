package org.postern.keys.ledger;

import static org.postern.keys.ledger.Rows.at;
import static org.postern.keys.ledger.Rows.instant;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.postern.crypto.Succession;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.UuidV7;
import org.postern.db.MailboxId;
import org.postern.db.TenantId;
import org.postern.db.store.AuditKind;
import org.postern.db.store.Deletion;
import org.postern.db.store.Deletion.What;
import org.postern.db.store.MailDatabase;
import org.postern.db.store.SignedDeletion;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Deletions, each recorded in the mail database before the ledger does it: a crash in between, or
/// a ledger restored from its backup, leaves a record, and the next start repeats it before
/// anything is opened. Thread-safe.
final class Deletions {

    private static final Logger log = LoggerFactory.getLogger(Deletions.class);

    /// Clocks differ, and transactions take their time.
    private static final Duration OVERLAP = Duration.ofDays(1);

    private static final int AT_A_TIME = 500;

    private final JdbcClient sql;
    private final MailDatabase mail;
    private final SigningKeys signingKeys;
    private final Shredder shredder;
    private final UuidV7 ids;
    private final Clock clock;
    private final ReentrantLock repeating = new ReentrantLock();
    private volatile boolean repeated;

    Deletions(
            JdbcClient ledger,
            MailDatabase mail,
            SigningKeys signingKeys,
            Shredder shredder,
            UuidV7 ids,
            Clock clock) {
        this.sql = ledger;
        this.mail = mail;
        this.signingKeys = signingKeys;
        this.shredder = shredder;
        this.ids = ids;
        this.clock = clock;
    }

    /// Records these with an audit event each, all or none, and does them.
    void carryOut(TenantId tenant, AuditKind kind, List<? extends What> all) {
        List<Deletion> deletions = all.stream().map(what -> deletion(tenant, what)).toList();
        List<SignedDeletion> signed = deletions.stream().map(this::sign).toList();
        mail.transaction()
                .executeWithoutResult(_ -> {
                    for (SignedDeletion each : signed) {
                        mail.deletions().insert(tenant, each);
                        record(kind, each.deletion());
                    }
                });
        shredder.shred(deletions);
    }

    /// Records without an audit event, for what follows of something that has one.
    void carryOutSilently(TenantId tenant, What what) {
        Deletion deletion = deletion(tenant, what);
        mail.deletions().insert(tenant, sign(deletion));
        shredder.shred(List.of(deletion));
    }

    /// Repeats what was recorded, once in this process's life; others wait for it.
    ///
    /// @throws org.springframework.dao.DataAccessException while one of the databases is away: then
    ///   nothing may be opened
    void requireRepeated() {
        if (repeated) {
            return;
        }
        repeating.lock();
        try {
            if (!repeated) {
                repeat();
                repeated = true;
            }
        } finally {
            repeating.unlock();
        }
    }

    private void repeat() {
        Instant begun = clock.instant();
        Instant from = until().map(until -> until.minus(OVERLAP)).orElse(Instant.EPOCH);
        UUID after = new UUID(0, 0);
        int count = 0;
        List<SignedDeletion> page = mail.deletions().recorded(from, after, AT_A_TIME);
        while (!page.isEmpty()) {
            Succession keys = signingKeys.current().succession();
            shredder.shred(
                    page.stream()
                            .filter(signed -> isGenuine(keys, signed))
                            .map(SignedDeletion::deletion)
                            .toList());
            count += page.size();
            from = page.getLast().deletion().recordedAt();
            after = page.getLast().deletion().id();
            page = mail.deletions().recorded(from, after, AT_A_TIME);
        }
        sql.sql(
                        """
                        INSERT INTO repeated_deletion (until) VALUES (:until)
                        ON CONFLICT (only_row) DO UPDATE SET until = greatest(repeated_deletion.until, excluded.until)
                        """)
                .param("until", at(begun))
                .update();
        if (count > 0) {
            log.info("recorded deletions repeated in the key ledger: deletions={}", count);
        }
    }

    private Optional<Instant> until() {
        return sql.sql("SELECT until FROM repeated_deletion")
                .query((row, _) -> instant(row, "until"))
                .optional();
    }

    /// Whoever can write to the mail database must not be able to have keys destroyed.
    private static boolean isGenuine(Succession keys, SignedDeletion signed) {
        Deletion deletion = signed.deletion();
        try {
            keys.signer(Deletion.PURPOSE, deletion.encode(), signed.signature());
            return true;
        } catch (OpeningFailedException e) {
            log.error(
                    "a recorded deletion was not signed by us and is not repeated: tenant={}"
                            + " deletion={}",
                    deletion.tenant(),
                    deletion.id());
            return false;
        }
    }

    private Deletion deletion(TenantId tenant, What what) {
        return new Deletion(tenant, ids.next(), what, clock.instant());
    }

    private SignedDeletion sign(Deletion deletion) {
        return new SignedDeletion(
                deletion, signingKeys.current().key().sign(Deletion.PURPOSE, deletion.encode()));
    }

    private void record(AuditKind kind, Deletion deletion) {
        Optional<MailboxId> mailbox = Optional.empty();
        Optional<UUID> object = Optional.empty();
        switch (deletion.what()) {
            case What.Message of -> {
                mailbox = of.mailbox();
                object = Optional.of(of.message().value());
            }
            case What.Dates of -> {
                mailbox = of.mailbox();
                object = Optional.of(of.message().value());
            }
            case What.Mailbox of -> mailbox = Optional.of(of.mailbox());
            case What.Tenant _ -> {}
        }
        mail.audit()
                .insert(
                        deletion.tenant(),
                        ids.next(),
                        kind,
                        mailbox,
                        object,
                        deletion.recordedAt());
    }
}
