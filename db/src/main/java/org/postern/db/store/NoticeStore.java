package org.postern.db.store;

import static org.postern.db.store.Columns.at;
import static org.postern.db.store.Columns.header;
import static org.postern.db.store.Columns.instant;
import static org.postern.db.store.Columns.optionalInstant;
import static org.postern.db.store.Columns.optionalSealed;
import static org.postern.db.store.Columns.sealed;
import static org.postern.db.store.Columns.uuid;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.postern.crypto.sealed.SealedRecord;
import org.postern.db.JobId;
import org.postern.db.Language;
import org.postern.db.MailboxId;
import org.postern.db.MessageId;
import org.postern.db.TenantId;
import org.springframework.jdbc.core.simple.JdbcClient;

/// What notices need: whom they go to, what they may say, the numbers by which they are known, and
/// which of them leave as one mail. Thread-safe.
public final class NoticeStore {

    private final JdbcClient sql;

    public NoticeStore(JdbcClient mailDatabase) {
        this.sql = mailDatabase;
    }

    /// A notice that a number names.
    public record Named(MessageId message, MailboxId mailbox, Instant madeAt) {}

    /// Whom a notice goes to, and what it may say of these messages and of those that are told with
    /// them, the oldest first; what is gone is left out. Empty if the mailbox's owner was erased.
    ///
    /// @param job that has it sent
    /// @throws DamagedRowException if a row was changed
    public Optional<StoredRecipient> recipient(
            TenantId tenant, MailboxId mailbox, JobId job, Collection<MessageId> messages) {
        List<StoredRecipient> found =
                sql.sql(
                                """
                                SELECT mailbox.sealed_address, mailbox.language AS own_language, tenant.*,
                                       slot.message_id, slot.sealed_envelope, slot.expires_at, message.header, message.sealed_author,
                                       message.accepted_at, told_subject.sealed_subject, notice_number.number,
                                       slot.opened_at IS NOT NULL
                                       OR EXISTS (SELECT FROM deletion
                                                   WHERE deletion.tenant_id = slot.tenant_id AND deletion.message_id = slot.message_id
                                                     AND deletion.kind = 'message'
                                                     AND (deletion.mailbox_id IS NULL OR deletion.mailbox_id = slot.mailbox_id)) AS settled
                                  FROM mailbox
                                  JOIN tenant USING (tenant_id)
                                  LEFT JOIN slot ON slot.tenant_id = mailbox.tenant_id AND slot.mailbox_id = mailbox.mailbox_id
                                        AND slot.message_id = ANY (:messages || ARRAY(SELECT subject_id FROM job WHERE told_with = :job))
                                  LEFT JOIN message ON message.tenant_id = slot.tenant_id AND message.message_id = slot.message_id
                                  LEFT JOIN told_subject ON told_subject.tenant_id = slot.tenant_id AND told_subject.message_id = slot.message_id
                                  LEFT JOIN notice_number ON notice_number.tenant_id = slot.tenant_id
                                        AND notice_number.message_id = slot.message_id AND notice_number.mailbox_id = slot.mailbox_id
                                 WHERE mailbox.tenant_id = :tenant AND mailbox.mailbox_id = :mailbox AND mailbox.sealed_address IS NOT NULL
                                 ORDER BY slot.accepted_at, slot.message_id
                                """)
                        .param("tenant", tenant.value())
                        .param("mailbox", mailbox.value())
                        .param("job", job.value())
                        .param(
                                "messages",
                                messages.stream().map(MessageId::value).toArray(UUID[]::new))
                        .query((row, _) -> recipient(row))
                        .list();
        return found.stream().reduce(StoredRecipient::with);
    }

    private static StoredRecipient recipient(ResultSet row) throws SQLException {
        NoticeRules rules = TenantStore.noticeRules(row);
        return new StoredRecipient(
                sealed(row, "sealed_address", SealedRecord::of),
                Optional.ofNullable(row.getString("own_language"))
                        .flatMap(Language::of)
                        .orElse(rules.language()),
                rules,
                Optional.ofNullable(row.getString("return_domain")),
                row.getObject("message_id") == null ? List.of() : List.of(waiting(row)));
    }

    private static StoredNotice waiting(ResultSet row) throws SQLException {
        return new StoredNotice(
                new MessageId(header(row, "header", "message_id").object()),
                sealed(row, "sealed_author", SealedRecord::of),
                optionalSealed(row, "sealed_subject", SealedRecord::of),
                optionalSealed(row, "sealed_envelope", SealedRecord::of),
                instant(row, "accepted_at"),
                optionalInstant(row, "expires_at"),
                row.getBoolean("settled"),
                Optional.ofNullable(row.getString("number")));
    }

    /// Gives the notice of this message for this mailbox a number, unless it has one or the number
    /// is another's.
    ///
    /// @return whether it has this one now
    public boolean insertNumberIfAbsent(
            TenantId tenant, String number, MessageId message, MailboxId mailbox, Instant now) {
        return sql.sql(
                                """
                                INSERT INTO notice_number (tenant_id, number, message_id, mailbox_id, made_at)
                                VALUES (:tenant, :number, :message, :mailbox, :now) ON CONFLICT DO NOTHING
                                """)
                        .param("tenant", tenant.value())
                        .param("number", number)
                        .param("message", message.value())
                        .param("mailbox", mailbox.value())
                        .param("now", at(now))
                        .update()
                == 1;
    }

    /// The number of the notice of this message for this mailbox.
    public Optional<String> number(TenantId tenant, MessageId message, MailboxId mailbox) {
        return sql.sql(
                        """
                        SELECT number FROM notice_number
                         WHERE tenant_id = :tenant AND message_id = :message AND mailbox_id = :mailbox
                        """)
                .param("tenant", tenant.value())
                .param("message", message.value())
                .param("mailbox", mailbox.value())
                .query(String.class)
                .optional();
    }

    /// The notice that this number names.
    public Optional<Named> find(TenantId tenant, String number) {
        return sql.sql(
                        """
                        SELECT message_id, mailbox_id, made_at FROM notice_number
                         WHERE tenant_id = :tenant AND number = :number
                        """)
                .param("tenant", tenant.value())
                .param("number", number)
                .query((row, _) ->
                        new Named(
                                new MessageId(uuid(row, "message_id")),
                                new MailboxId(uuid(row, "mailbox_id")),
                                instant(row, "made_at")))
                .optional();
    }

    /// Keeps what notices may say of a message's subject, in the caller's transaction.
    public void insertSubject(TenantId tenant, MessageId message, SealedRecord sealedSubject) {
        sql.sql(
                        """
                        INSERT INTO told_subject (tenant_id, message_id, sealed_subject)
                        VALUES (:tenant, :message, :subject)
                        """)
                .param("tenant", tenant.value())
                .param("message", message.value())
                .param("subject", sealedSubject.toBytes())
                .update();
    }

    /// Forgets what notices may say of a message's subject.
    public void deleteSubject(TenantId tenant, MessageId message) {
        sql.sql("DELETE FROM told_subject WHERE tenant_id = :tenant AND message_id = :message")
                .param("tenant", tenant.value())
                .param("message", message.value())
                .update();
    }

    /// The newest notice that a mailbox is told of, and whether another can still go along with it.
    ///
    /// @param job that has it sent
    /// @param dueAt when it was to be sent, or will be
    /// @param waits whether nobody has begun to send it
    public record LastNotice(JobId job, Instant dueAt, boolean waits) {}

    /// Lets one transaction at a time decide when these mailboxes are told; until the caller's
    /// transaction ends.
    public void lock(TenantId tenant, Collection<MailboxId> mailboxes) {
        // Always in the same order, so that no two wait for each other.
        List<UUID> ordered = mailboxes.stream().map(MailboxId::value).distinct().sorted().toList();
        sql.sql(
                        """
                        SELECT pg_advisory_xact_lock(hashtext(:tenant || mailbox::text), 0)
                          FROM unnest(:mailboxes) WITH ORDINALITY AS each (mailbox, number)
                        """)
                .param("tenant", tenant.toString())
                .param("mailboxes", ordered.toArray(UUID[]::new))
                .query((_, _) -> 0)
                .list();
    }

    /// The newest job of this kind for a mailbox that was due after `then`, in the caller's
    /// transaction, until whose end nobody claims it.
    public Optional<LastNotice> last(
            TenantId tenant, String kind, MailboxId mailbox, Instant then, Instant now) {
        return sql.sql(
                        """
                        SELECT job_id, created_at, state = 'available' AND attempt = 0 AND run_at > :now AS waits FROM job
                         WHERE tenant_id = :tenant AND kind = :kind AND mailbox_id = :mailbox AND told_with IS NULL
                           AND state <> 'discarded' AND created_at > :then
                         ORDER BY created_at DESC LIMIT 1 FOR UPDATE
                        """)
                .param("now", at(now))
                .param("tenant", tenant.value())
                .param("kind", kind)
                .param("mailbox", mailbox.value())
                .param("then", at(then))
                .query((row, _) ->
                        new LastNotice(
                                new JobId(uuid(row, "job_id")),
                                instant(row, "created_at"),
                                row.getBoolean("waits")))
                .optional();
    }

    /// Inserts a job that is never claimed: what becomes of `with` becomes of it. In the caller's
    /// transaction.
    public void insertToldWith(
            TenantId tenant,
            JobId id,
            String kind,
            UUID subject,
            MailboxId mailbox,
            LastNotice with) {
        sql.sql(
                        """
                        INSERT INTO job (job_id, tenant_id, kind, subject_id, mailbox_id, run_at, created_at, told_with)
                        VALUES (:job, :tenant, :kind, :subject, :mailbox, :due, :due, :with)
                        ON CONFLICT (tenant_id, kind, subject_id, mailbox_id) DO NOTHING
                        """)
                .param("job", id.value())
                .param("tenant", tenant.value())
                .param("kind", kind)
                .param("subject", subject)
                .param("mailbox", mailbox.value())
                .param("due", at(with.dueAt()))
                .param("with", with.job().value())
                .update();
    }

    /// The subjects of the jobs that are told with this one, oldest first.
    public List<UUID> toldWith(TenantId tenant, JobId job) {
        return sql.sql(
                        "SELECT subject_id FROM job WHERE tenant_id = :tenant AND told_with = :job"
                                + " ORDER BY job_id")
                .param("tenant", tenant.value())
                .param("job", job.value())
                .query((row, _) -> uuid(row, "subject_id"))
                .list();
    }
}
