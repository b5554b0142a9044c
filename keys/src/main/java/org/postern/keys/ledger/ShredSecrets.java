package org.postern.keys.ledger;

import static java.sql.Types.TIMESTAMP_WITH_TIMEZONE;
import static org.postern.keys.ledger.Rows.at;
import static org.postern.keys.ledger.Rows.wrapped;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postern.crypto.ShredSecret;
import org.postern.crypto.sealed.ObjectHeader;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.WrappedKey;
import org.postern.db.MailboxId;
import org.postern.db.MessageId;
import org.postern.db.ReadingTerms;
import org.postern.db.TenantId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/// The rows without which a slot never opens again.
final class ShredSecrets {

    private static final Logger log = LoggerFactory.getLogger(ShredSecrets.class);

    private final JdbcClient sql;
    private final TenantKeys tenants;
    private final Clock clock;
    private final SecureRandom random;

    ShredSecrets(JdbcClient ledger, TenantKeys tenants, Clock clock, SecureRandom random) {
        this.sql = ledger;
        this.tenants = tenants;
        this.clock = clock;
        this.random = random;
    }

    /// Remembers that the object was admitted.
    ///
    /// @return true the first time; of two at once the second waits and hears false
    boolean admit(ObjectHeader header, long spoolKeyId) {
        return sql.sql(
                                """
                                INSERT INTO admission (tenant_id, object_id, spool_key_id, admitted_at)
                                VALUES (:tenant, :object, :spoolKey, :now) ON CONFLICT DO NOTHING
                                """)
                        .param("tenant", header.tenant())
                        .param("object", header.object())
                        .param("spoolKey", spoolKeyId)
                        .param("now", at(clock.instant()))
                        .update()
                == 1;
    }

    /// @param terms the secret's dates; none, if it lives until it is shredded
    /// @param author whether the mailbox is the author's, who may change these dates
    void create(
            TenantId tenant,
            UUID object,
            MailboxId mailbox,
            Optional<ReadingTerms> terms,
            boolean author) {
        sql.sql(
                        """
                        INSERT INTO shred_secret (tenant_id, object_id, mailbox_id, wrapped_secret, refused_from, deleted_from,
                                                  read_once, author)
                        VALUES (:tenant, :object, :mailbox, :secret, :refused, :deleted, :once, :author)
                        """)
                .param("author", author)
                .param(
                        "refused",
                        date(terms.map(ReadingTerms::refusedFrom)),
                        TIMESTAMP_WITH_TIMEZONE)
                .param(
                        "deleted",
                        date(terms.map(ReadingTerms::deletedFrom)),
                        TIMESTAMP_WITH_TIMEZONE)
                .param("once", terms.filter(ReadingTerms::readOnce).isPresent())
                .param("tenant", tenant.value())
                .param("object", object)
                .param("mailbox", mailbox.value())
                .param(
                        "secret",
                        tenants.of(tenant)
                                .tenant()
                                .wrap(
                                        ShredSecret.generate(random),
                                        context(tenant, object, mailbox),
                                        random)
                                .toBytes())
                .update();
    }

    /// This slot's secret, unless it was shredded or is refused by now.
    Optional<ShredSecret> find(TenantId tenant, UUID object, MailboxId mailbox) {
        return Optional.ofNullable(rows(tenant, mailbox, Set.of(object)).get(object))
                .map(wrapped -> unwrap(tenant, object, mailbox, wrapped));
    }

    /// Until when a message may be read once it is opened now, if it is to be read once.
    Optional<Instant> onceUntil(TenantId tenant, UUID object, MailboxId mailbox) {
        Instant until = clock.instant().plus(ReadingTerms.READ_ONCE_TIME);
        return sql.sql(
                        """
                        SELECT least(refused_from, :until) AS until FROM shred_secret
                         WHERE tenant_id = :tenant AND object_id = :object AND mailbox_id = :mailbox AND read_once
                        """)
                .param("until", at(until))
                .param("tenant", tenant.value())
                .param("object", object)
                .param("mailbox", mailbox.value())
                .query((row, _) -> row.getObject("until", OffsetDateTime.class).toInstant())
                .optional();
    }

    /// Whether this mailbox is the message's author's, and he may still change its dates: also when
    /// it is refused by now, as long as it is not deleted.
    boolean isAuthor(TenantId tenant, MessageId message, MailboxId mailbox) {
        return sql.sql(
                        """
                        SELECT EXISTS (SELECT FROM shred_secret
                                        WHERE tenant_id = :tenant AND object_id = :object AND mailbox_id = :mailbox AND author
                                          AND (deleted_from IS NULL OR deleted_from > :now))
                        """)
                .param("tenant", tenant.value())
                .param("object", message.value())
                .param("mailbox", mailbox.value())
                .param("now", at(clock.instant()))
                .query(Boolean.class)
                .single();
    }

    /// The secrets of one mailbox for these objects, less those shredded or refused by now: one
    /// query for a page. One that does not unwrap is left out, so that a damaged row spoils no
    /// page.
    Map<UUID, ShredSecret> find(TenantId tenant, MailboxId mailbox, Set<UUID> objects) {
        Map<UUID, ShredSecret> secrets = new HashMap<>();
        rows(tenant, mailbox, objects)
                .forEach((object, wrapped) -> {
                    try {
                        secrets.put(object, unwrap(tenant, object, mailbox, wrapped));
                    } catch (DamagedLedgerException e) {
                        log.error(
                                "a shred secret does not open: tenant={} message={} mailbox={}",
                                tenant,
                                object,
                                mailbox);
                    }
                });
        return secrets;
    }

    private Map<UUID, WrappedKey> rows(TenantId tenant, MailboxId mailbox, Set<UUID> objects) {
        if (objects.isEmpty()) {
            return Map.of();
        }
        return sql
                .sql(
                        """
                        SELECT object_id, wrapped_secret FROM shred_secret
                         WHERE tenant_id = :tenant AND mailbox_id = :mailbox AND object_id IN (:objects)
                           AND (refused_from IS NULL OR refused_from > :now)
                        """)
                .param("now", at(clock.instant()))
                .param("tenant", tenant.value())
                .param("mailbox", mailbox.value())
                .param("objects", objects)
                .query((row, _) ->
                        Map.entry(
                                row.getObject("object_id", UUID.class),
                                wrapped(row, "wrapped_secret")))
                .list()
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /// A message to be read once has been opened: whatever dates it gets from now on, none is
    /// later.
    void opened(TenantId tenant, UUID object, MailboxId mailbox) {
        sql.sql(
                        """
                        UPDATE shred_secret SET read_once = false, opened_once = true
                         WHERE tenant_id = :tenant AND object_id = :object AND mailbox_id = :mailbox AND read_once
                        """)
                .param("tenant", tenant.value())
                .param("object", object)
                .param("mailbox", mailbox.value())
                .update();
    }

    /// Deletes the secrets whose second date has come.
    ///
    /// @return how many
    int deleteDue() {
        return sql.sql("DELETE FROM shred_secret WHERE deleted_from <= :now")
                .param("now", at(clock.instant()))
                .update();
    }

    private static @Nullable OffsetDateTime date(Optional<Instant> instant) {
        return instant.map(Rows::at).orElse(null);
    }

    private ShredSecret unwrap(
            TenantId tenant, UUID object, MailboxId mailbox, WrappedKey wrapped) {
        try {
            return tenants.of(tenant)
                    .tenant()
                    .unwrapShredSecret(wrapped, context(tenant, object, mailbox));
        } catch (OpeningFailedException e) {
            throw new DamagedLedgerException("shred secret", e);
        }
    }

    private static byte[] context(TenantId tenant, UUID object, MailboxId mailbox) {
        return KeyContext.of("postern shred secret", tenant.value(), object, mailbox.value());
    }
}
