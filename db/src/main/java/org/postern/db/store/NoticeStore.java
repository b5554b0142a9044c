package org.postern.db.store;

import static org.postern.db.store.Columns.at;
import static org.postern.db.store.Columns.instant;
import static org.postern.db.store.Columns.sealed;
import static org.postern.db.store.Columns.uuid;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.postern.crypto.sealed.SealedRecord;
import org.postern.db.JobId;
import org.postern.db.MailboxId;
import org.postern.db.MessageId;
import org.postern.db.TenantId;
import org.springframework.jdbc.core.simple.JdbcClient;

/// What notices need: the numbers by which they are known, subjects they may name, and which of
/// them leave as one mail. Thread-safe.
public final class NoticeStore {

    private final JdbcClient sql;

    public NoticeStore(JdbcClient mailDatabase) {
        this.sql = mailDatabase;
    }

    /// A notice that a number names.
    public record Named(MessageId message, MailboxId mailbox, Instant madeAt) {}

    /// Gives the notice of this message for this mailbox a number, unless it has one or the number
    /// is another's.
    public void insertNumberIfAbsent(
            TenantId tenant, String number, MessageId message, MailboxId mailbox, Instant now) {
        sql.sql(
                        """
                        INSERT INTO notice_number (tenant_id, number, message_id, mailbox_id, made_at)
                        VALUES (:tenant, :number, :message, :mailbox, :now) ON CONFLICT DO NOTHING
                        """)
                .param("tenant", tenant.value())
                .param("number", number)
                .param("message", message.value())
                .param("mailbox", mailbox.value())
                .param("now", at(now))
                .update();
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

    /// What notices may say of a message's subject.
    ///
    /// @throws DamagedRowException if its row was changed
    public Optional<SealedRecord> subject(TenantId tenant, MessageId message) {
        return sql.sql(
                        """
                        SELECT sealed_subject FROM told_subject WHERE tenant_id = :tenant AND message_id = :message
                        """)
                .param("tenant", tenant.value())
                .param("message", message.value())
                .query((row, _) -> sealed(row, "sealed_subject", SealedRecord::of))
                .optional();
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
