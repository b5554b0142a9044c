package org.postern.db.store;

import static org.postern.db.store.Columns.at;
import static org.postern.db.store.Columns.instant;
import static org.postern.db.store.Columns.sealed;
import static org.postern.db.store.Columns.uuid;

import java.sql.Types;
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
import org.postern.db.ThreadId;
import org.springframework.jdbc.core.simple.JdbcClient;

/// What became of messages at their recipients, and who these are, for authors. Thread-safe.
public final class TimelineStore {

    private final JdbcClient sql;

    public TimelineStore(JdbcClient mailDatabase) {
        this.sql = mailDatabase;
    }

    /// Adds an entry, in the transaction of its fact; what is told once is not added again. If the
    /// mailbox has no such message, there is nothing to tell.
    ///
    /// @param reason one of our own words, at most 40 characters
    public void insert(
            TenantId tenant,
            MessageId message,
            MailboxId mailbox,
            TimelineKind kind,
            Instant now,
            Optional<String> reason) {
        sql.sql(
                        """
                        INSERT INTO timeline_entry (tenant_id, message_id, mailbox_id, kind, happened_at, reason)
                        SELECT tenant_id, message_id, mailbox_id, :kind, :now, :reason FROM slot
                         WHERE tenant_id = :tenant AND message_id = :message AND mailbox_id = :mailbox
                        ON CONFLICT DO NOTHING
                        """)
                .param("kind", kind.word())
                .param("now", at(now))
                .param("reason", reason.orElse(null), Types.VARCHAR)
                .param("tenant", tenant.value())
                .param("message", message.value())
                .param("mailbox", mailbox.value())
                .update();
    }

    /// Keeps whom an author's message went to, and begins the timeline of each recipient, in the
    /// transaction that delivers it.
    public void begin(
            TenantId tenant,
            MessageId message,
            MailboxId author,
            SealedRecord sealedRecipients,
            Instant now) {
        sql.sql(
                        """
                        WITH kept AS (
                            INSERT INTO recipient_list (tenant_id, message_id, mailbox_id, sealed_recipients)
                            VALUES (:tenant, :message, :author, :recipients))
                        INSERT INTO timeline_entry (tenant_id, message_id, mailbox_id, kind, happened_at)
                        SELECT tenant_id, message_id, mailbox_id, 'accepted', :now FROM slot
                         WHERE tenant_id = :tenant AND message_id = :message AND received
                        """)
                .param("tenant", tenant.value())
                .param("message", message.value())
                .param("author", author.value())
                .param("recipients", sealedRecipients.toBytes())
                .param("now", at(now))
                .update();
    }

    /// Adds an entry of a mail that a job has sent to each message that it was about, unless that
    /// was opened, expired or was recalled before: then there was none.
    public void insertTold(TenantId tenant, JobId job, TimelineKind kind, Instant now) {
        sql.sql(
                        """
                        INSERT INTO timeline_entry (tenant_id, message_id, mailbox_id, kind, happened_at)
                        SELECT slot.tenant_id, slot.message_id, slot.mailbox_id, :kind, :now
                          FROM job told
                          LEFT JOIN asked_again ON asked_again.tenant_id = told.tenant_id AND asked_again.asked_id = told.subject_id
                          JOIN slot ON slot.tenant_id = told.tenant_id AND slot.mailbox_id = told.mailbox_id
                                   AND slot.message_id = coalesce(asked_again.message_id, told.subject_id)
                         WHERE told.tenant_id = :tenant AND (told.job_id = :job OR told.told_with = :job)
                           AND slot.opened_at IS NULL AND (slot.expires_at IS NULL OR slot.expires_at > :now)
                           AND NOT EXISTS (SELECT FROM deletion
                                            WHERE deletion.tenant_id = slot.tenant_id AND deletion.message_id = slot.message_id
                                              AND deletion.kind = 'message'
                                              AND (deletion.mailbox_id IS NULL OR deletion.mailbox_id = slot.mailbox_id))
                        """)
                .param("kind", kind.word())
                .param("now", at(now))
                .param("tenant", tenant.value())
                .param("job", job.value())
                .update();
    }

    /// Adds to all messages that a mailbox has not opened that a sign-in code was asked for.
    public void insertCodeAsked(TenantId tenant, MailboxId mailbox, Instant now) {
        sql.sql(
                        """
                        INSERT INTO timeline_entry (tenant_id, message_id, mailbox_id, kind, happened_at)
                        SELECT tenant_id, message_id, mailbox_id, 'code-asked', :now FROM slot
                         WHERE tenant_id = :tenant AND mailbox_id = :mailbox AND received AND duplicate_of IS NULL AND opened_at IS NULL
                        ON CONFLICT DO NOTHING
                        """)
                .param("now", at(now))
                .param("tenant", tenant.value())
                .param("mailbox", mailbox.value())
                .update();
    }

    /// Adds to the messages that a mailbox received in a thread, from one of these authors, that
    /// they were answered; in the transaction that delivers the answer.
    public void insertAnswered(
            TenantId tenant,
            ThreadId thread,
            MailboxId mailbox,
            Collection<MailboxId> authors,
            Instant now) {
        sql.sql(
                        """
                        INSERT INTO timeline_entry (tenant_id, message_id, mailbox_id, kind, happened_at)
                        SELECT slot.tenant_id, slot.message_id, slot.mailbox_id, 'answered', :now
                          FROM slot JOIN slot sent USING (tenant_id, message_id)
                         WHERE slot.tenant_id = :tenant AND slot.mailbox_id = :mailbox AND slot.thread_id = :thread
                           AND slot.received AND slot.duplicate_of IS NULL AND sent.sent AND sent.mailbox_id = ANY (:authors)
                        ON CONFLICT DO NOTHING
                        """)
                .param("now", at(now))
                .param("tenant", tenant.value())
                .param("mailbox", mailbox.value())
                .param("thread", thread.value())
                .param("authors", authors.stream().map(MailboxId::value).toArray(UUID[]::new))
                .update();
    }

    /// All entries of these messages, oldest first.
    public List<TimelineEntry> find(TenantId tenant, Collection<MessageId> messages) {
        return sql.sql(
                        """
                        SELECT message_id, mailbox_id, kind, happened_at, reason FROM timeline_entry
                         WHERE tenant_id = :tenant AND message_id = ANY (:messages) ORDER BY happened_at, entry_id
                        """)
                .param("tenant", tenant.value())
                .param("messages", messages.stream().map(MessageId::value).toArray(UUID[]::new))
                .query((row, _) ->
                        new TimelineEntry(
                                new MessageId(uuid(row, "message_id")),
                                new MailboxId(uuid(row, "mailbox_id")),
                                TimelineKind.of(row.getString("kind")),
                                instant(row, "happened_at"),
                                Optional.ofNullable(row.getString("reason"))))
                .list();
    }

    /// Whom an author's message went to.
    ///
    /// @throws DamagedRowException if its row was changed
    public Optional<SealedRecord> recipients(TenantId tenant, MessageId message, MailboxId author) {
        return sql.sql(
                        """
                        SELECT sealed_recipients FROM recipient_list
                         WHERE tenant_id = :tenant AND message_id = :message AND mailbox_id = :author
                        """)
                .param("tenant", tenant.value())
                .param("message", message.value())
                .param("author", author.value())
                .query((row, _) -> sealed(row, "sealed_recipients", SealedRecord::of))
                .optional();
    }

    /// Writes down that an author wants a recipient told once more, unless that was asked since
    /// `then`; in the caller's transaction.
    ///
    /// @return whether it was written down
    public boolean insertAskedAgain(
            TenantId tenant,
            UUID asked,
            MessageId message,
            MailboxId mailbox,
            Instant then,
            Instant now) {
        return sql.sql(
                                """
                                INSERT INTO asked_again (tenant_id, asked_id, message_id, mailbox_id, asked_at)
                                SELECT :tenant, :asked, :message, :mailbox, :now
                                 WHERE NOT EXISTS (SELECT FROM asked_again WHERE tenant_id = :tenant AND message_id = :message
                                                                             AND mailbox_id = :mailbox AND asked_at > :then)
                                """)
                        .param("tenant", tenant.value())
                        .param("asked", asked)
                        .param("message", message.value())
                        .param("mailbox", mailbox.value())
                        .param("now", at(now))
                        .param("then", at(then))
                        .update()
                == 1;
    }

    /// The message of which somebody is to be told once more.
    public Optional<MessageId> askedAgain(TenantId tenant, UUID asked) {
        return sql.sql(
                        "SELECT message_id FROM asked_again WHERE tenant_id = :tenant AND asked_id"
                                + " = :asked")
                .param("tenant", tenant.value())
                .param("asked", asked)
                .query((row, _) -> new MessageId(uuid(row, "message_id")))
                .optional();
    }
}
