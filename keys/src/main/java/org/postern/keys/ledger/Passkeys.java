package org.postern.keys.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.postern.keys.ledger.Rows.at;
import static org.postern.keys.ledger.Rows.instant;
import static org.postern.keys.ledger.Rows.optionalInstant;
import static org.postern.keys.ledger.Rows.sealed;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.postern.crypto.sealed.Mac256;
import org.postern.crypto.sealed.SealedRecord;
import org.postern.crypto.sealed.UuidV7;
import org.postern.db.MailboxId;
import org.postern.db.TenantId;
import org.postern.keys.KeyService.Assertion;
import org.postern.keys.SignInSettings.NewPasskey;
import org.postern.keys.SignInSettings.Passkey;
import org.postern.keys.ledger.PasskeyVerifier.Credential;
import org.springframework.jdbc.core.simple.JdbcClient;

/// The passkeys of mailboxes, sealed, so that nobody who only writes to the ledger adds one.
final class Passkeys {

    /// More than anybody has, and few enough to list.
    private static final int MOST = 20;

    /// Between the fields of a sealed passkey; no host, no base64url and no name has it.
    private static final String BETWEEN = "\0";

    private final JdbcClient sql;
    private final OwnRecords records;
    private final PasskeyVerifier verifier = new PasskeyVerifier();
    private final UuidV7 ids;
    private final Clock clock;

    Passkeys(JdbcClient ledger, OwnRecords records, UuidV7 ids, Clock clock) {
        this.sql = ledger;
        this.records = records;
        this.ids = ids;
        this.clock = clock;
    }

    /// Adds a passkey if it was made for this challenge, this host and this mailbox.
    ///
    /// @return whether it was
    boolean add(TenantId tenant, MailboxId mailbox, NewPasskey passkey, Predicate<String> isOurs) {
        Optional<Credential> made = verifier.made(passkey, isOurs);
        if (made.isEmpty() || of(tenant, mailbox).size() >= MOST) {
            return false;
        }
        UUID id = ids.next();
        return sql.sql(
                                """
                                INSERT INTO passkey (tenant_id, passkey_id, mailbox_id, credential_hash, sealed_passkey, sign_count, made_at)
                                VALUES (:tenant, :passkey, :mailbox, :credential, :sealed, :count, :now)
                                ON CONFLICT (tenant_id, credential_hash) DO NOTHING
                                """)
                        .param("tenant", tenant.value())
                        .param("passkey", id)
                        .param("mailbox", mailbox.value())
                        .param("credential", hash(made.get().id()))
                        .param(
                                "sealed",
                                records.seal(
                                        place(tenant, mailbox, id),
                                        String.join(
                                                BETWEEN,
                                                made.get().id(),
                                                made.get().host(),
                                                made.get().publicKey(),
                                                passkey.name())))
                        .param("count", made.get().signCount())
                        .param("now", at(clock.instant()))
                        .update()
                == 1;
    }

    /// The mailbox that a passkey's signature signs in to. The database chooses the one winner
    /// among signatures with the same counter; who brings an old one has a copy of the key, and is
    /// refused (Web Authentication level 2, section 6.1.1).
    Optional<MailboxId> redeem(TenantId tenant, Assertion assertion, Predicate<String> isOurs) {
        return sql.sql(
                        """
                        SELECT * FROM passkey WHERE tenant_id = :tenant AND credential_hash = :credential
                        """)
                .param("tenant", tenant.value())
                .param("credential", hash(assertion.credential()))
                .query((row, _) -> row(row))
                .optional()
                .filter(row -> signed(tenant, row, assertion, isOurs))
                .map(Row::mailbox);
    }

    private boolean signed(
            TenantId tenant, Row row, Assertion assertion, Predicate<String> isOurs) {
        return verifier
                .signed(assertion, open(tenant, row).credential(row.signCount()), isOurs)
                .stream()
                .anyMatch(count -> used(tenant, row.id(), count));
    }

    private boolean used(TenantId tenant, UUID passkey, long count) {
        return sql.sql(
                                """
                                UPDATE passkey SET sign_count = :count, used_at = :now
                                 WHERE tenant_id = :tenant AND passkey_id = :passkey
                                   AND (sign_count < :count OR (sign_count = 0 AND :count = 0))
                                """)
                        .param("count", count)
                        .param("now", at(clock.instant()))
                        .param("tenant", tenant.value())
                        .param("passkey", passkey)
                        .update()
                == 1;
    }

    /// The passkeys of a mailbox, the oldest first.
    List<Passkey> of(TenantId tenant, MailboxId mailbox) {
        return rows(tenant, mailbox).stream()
                .map(row ->
                        new Passkey(row.id(), open(tenant, row).name(), row.madeAt(), row.usedAt()))
                .toList();
    }

    /// The ids of their credentials.
    List<String> credentials(TenantId tenant, MailboxId mailbox) {
        return rows(tenant, mailbox).stream().map(row -> open(tenant, row).id()).toList();
    }

    boolean remove(TenantId tenant, MailboxId mailbox, UUID passkey) {
        return sql.sql(
                                """
                                DELETE FROM passkey
                                 WHERE tenant_id = :tenant AND mailbox_id = :mailbox AND passkey_id = :passkey
                                """)
                        .param("tenant", tenant.value())
                        .param("mailbox", mailbox.value())
                        .param("passkey", passkey)
                        .update()
                == 1;
    }

    private List<Row> rows(TenantId tenant, MailboxId mailbox) {
        return sql.sql(
                        """
                        SELECT * FROM passkey WHERE tenant_id = :tenant AND mailbox_id = :mailbox ORDER BY made_at, passkey_id
                        """)
                .param("tenant", tenant.value())
                .param("mailbox", mailbox.value())
                .query((row, _) -> row(row))
                .list();
    }

    private Opened open(TenantId tenant, Row row) {
        String[] fields =
                records.openText(place(tenant, row.mailbox(), row.id()), row.sealed())
                        .split(BETWEEN, -1);
        return new Opened(fields[0], fields[1], fields[2], fields[3]);
    }

    private static Row row(ResultSet row) throws SQLException {
        return new Row(
                row.getObject("passkey_id", UUID.class),
                new MailboxId(row.getObject("mailbox_id", UUID.class)),
                sealed(row, "sealed_passkey"),
                row.getLong("sign_count"),
                instant(row, "made_at"),
                optionalInstant(row, "used_at"));
    }

    private static byte[] hash(String credential) {
        return Mac256.sha256(credential.getBytes(UTF_8)).toBytes();
    }

    private static OwnRecords.Place place(TenantId tenant, MailboxId mailbox, UUID passkey) {
        return new OwnRecords.Place("passkey", tenant, mailbox, passkey);
    }

    /// A row while its connection is in use: what is sealed is opened afterwards, since the
    /// tenant's keys may have to be looked up.
    private record Row(
            UUID id,
            MailboxId mailbox,
            SealedRecord sealed,
            long signCount,
            Instant madeAt,
            Optional<Instant> usedAt) {}

    private record Opened(String id, String host, String publicKey, String name) {

        Credential credential(long signCount) {
            return new Credential(id, host, publicKey, signCount);
        }

        @Override
        public String toString() {
            return "Opened[redacted]";
        }
    }
}
