package org.postern.keys.ledger;

import static org.postern.keys.ledger.Rows.at;

import java.sql.Types;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.postern.db.MailboxId;
import org.postern.db.TenantId;
import org.postern.db.store.Deletion;
import org.postern.db.store.Deletion.What;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionOperations;

/// Deletes from the ledger what a [Deletion] names. Doing it twice changes nothing, in whatever
/// order: what is gone is not brought back by other dates.
final class Shredder {

    private final JdbcClient sql;
    private final TransactionOperations transaction;
    private final TenantKeys tenants;
    private final Clock clock;

    Shredder(
            JdbcClient ledger, TransactionOperations transaction, TenantKeys tenants, Clock clock) {
        this.sql = ledger;
        this.transaction = transaction;
        this.tenants = tenants;
        this.clock = clock;
    }

    /// Does all of them or none.
    void shred(List<Deletion> deletions) {
        transaction.executeWithoutResult(_ -> deletions.forEach(this::shred));
        // Again once it is committed: until then others still found the rows.
        deletions.stream()
                .filter(deletion -> deletion.what() instanceof What.Tenant)
                .forEach(deletion -> tenants.forget(deletion.tenant()));
    }

    private void shred(Deletion deletion) {
        TenantId tenant = deletion.tenant();
        switch (deletion.what()) {
            case What.Message of -> shredMessage(tenant, of);
            case What.Dates of -> changeDates(tenant, of);
            case What.Mailbox of -> eraseMailbox(tenant, of.mailbox());
            case What.Tenant _ -> endTenant(tenant);
        }
    }

    private void shredMessage(TenantId tenant, What.Message of) {
        sql.sql(
                        """
                        DELETE FROM shred_secret
                         WHERE tenant_id = :tenant AND object_id = :object AND (:all OR mailbox_id = :mailbox)
                        """)
                .param("tenant", tenant.value())
                .param("object", of.message().value())
                .param("all", of.mailbox().isEmpty())
                .param("mailbox", id(of.mailbox()), Types.OTHER)
                .update();
    }

    /// A message that is to be read once has no more time after it was opened, and one whose second
    /// date has come has none at all.
    private void changeDates(TenantId tenant, What.Dates of) {
        sql.sql(
                        """
                        UPDATE shred_secret SET refused_from = CASE WHEN opened_once THEN least(refused_from, :refused) ELSE :refused END,
                                                deleted_from = CASE WHEN opened_once THEN least(deleted_from, :deleted) ELSE :deleted END
                         WHERE tenant_id = :tenant AND object_id = :object AND (:all OR mailbox_id = :mailbox)
                           AND (deleted_from IS NULL OR deleted_from > :now)
                        """)
                .param("refused", at(of.refusedFrom()))
                .param("deleted", at(of.deletedFrom()))
                .param("now", at(clock.instant()))
                .param("tenant", tenant.value())
                .param("object", of.message().value())
                .param("all", of.mailbox().isEmpty())
                .param("mailbox", id(of.mailbox()), Types.OTHER)
                .update();
    }

    private void eraseMailbox(TenantId tenant, MailboxId mailbox) {
        // The row first: an admission that has it holds on to it, and is waited for; one that comes
        // afterwards finds none.
        sql.sql(
                        "SELECT 1 FROM mailbox WHERE tenant_id = :tenant AND mailbox_id = :mailbox"
                                + " FOR UPDATE")
                .param("tenant", tenant.value())
                .param("mailbox", mailbox.value())
                .query(Integer.class)
                .optional();
        for (String of : List.of("shred_secret", "challenge", "reading_key", "mailbox")) {
            sql.sql("DELETE FROM " + of + " WHERE tenant_id = :tenant AND mailbox_id = :mailbox")
                    .param("tenant", tenant.value())
                    .param("mailbox", mailbox.value())
                    .update();
        }
    }

    /// What was admitted stays known: a restored arrival revives nothing.
    private void endTenant(TenantId tenant) {
        // The keys first: every admission under way holds on to them.
        for (String of :
                List.of(
                        "tenant_key",
                        "mailbox_rotation",
                        "shred_secret",
                        "challenge",
                        "reading_key",
                        "passkey_challenge",
                        "mailbox")) {
            sql.sql("DELETE FROM " + of + " WHERE tenant_id = :tenant")
                    .param("tenant", tenant.value())
                    .update();
        }
        // Its rows in the mail database may go later, and come back with a backup of it.
        sql.sql(
                        """
                        INSERT INTO configuration (tenant_id, changed_at, ended_at) VALUES (:tenant, :now, :now)
                        ON CONFLICT (tenant_id) DO UPDATE SET digest = NULL, announced = NULL, ended_at = excluded.ended_at
                        """)
                .param("tenant", tenant.value())
                .param("now", at(clock.instant()))
                .update();
    }

    private static @Nullable UUID id(Optional<MailboxId> mailbox) {
        return mailbox.map(MailboxId::value).orElse(null);
    }
}
