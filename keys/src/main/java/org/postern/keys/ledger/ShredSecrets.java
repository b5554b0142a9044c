package org.postern.keys.ledger;

import static java.sql.Types.TIMESTAMP_WITH_TIMEZONE;
import static org.postern.keys.ledger.Rows.at;
import static org.postern.keys.ledger.Rows.wrapped;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postern.crypto.ShredSecret;
import org.postern.crypto.WrappingKey;
import org.postern.crypto.sealed.ObjectHeader;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.WrappedKey;
import org.postern.db.IntegrityLog;
import org.postern.db.MailboxId;
import org.postern.db.MessageId;
import org.postern.db.ReadingTerms;
import org.postern.db.TenantId;
import org.springframework.jdbc.core.simple.JdbcClient;

/// The rows without which a slot never opens again.
final class ShredSecrets {

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

    /// Remembers that the object was admitted, and lets its tenant not end while the caller's
    /// transaction, in which new things are made under its keys, is under way; other processes may
    /// still remember keys of one that has ended.
    ///
    /// @return true the first time; of two at once the second waits and hears false; empty if there
    ///   is no such tenant
    Optional<Boolean> admit(ObjectHeader header, long spoolKeyId) {
        return sql.sql(
                        """
                        WITH held AS MATERIALIZED (
                            SELECT tenant_id FROM tenant_key WHERE tenant_id = :tenant AND purpose = 'index' FOR KEY SHARE),
                        admitted AS (
                            INSERT INTO admission (tenant_id, object_id, spool_key_id, admitted_at)
                            SELECT tenant_id, :object, :spoolKey, :now FROM held ON CONFLICT DO NOTHING RETURNING object_id)
                        SELECT EXISTS (SELECT FROM admitted) FROM held
                        """)
                .param("tenant", header.tenant())
                .param("object", header.object())
                .param("spoolKey", spoolKeyId)
                .param("now", at(clock.instant()))
                .query(Boolean.class)
                .optional();
    }

    /// A slot that is to be made.
    ///
    /// @param version of the mailbox key that slot and summary are made with
    /// @param author whether the mailbox is the author's, who may read again what others read once,
    ///   and change its dates
    record Wanted(MailboxId mailbox, int version, boolean author) {}

    /// Makes a secret for each, in one statement.
    ///
    /// @param terms the secrets' dates; none, if they live until they are shredded
    /// @return the secrets by mailbox; none if they are refused already
    Map<MailboxId, ShredSecret> create(
            TenantId tenant, UUID object, Optional<ReadingTerms> terms, List<Wanted> slots) {
        WrappingKey key = tenants.of(tenant).tenant().wrapping(clock.instant());
        Map<MailboxId, ShredSecret> secrets = new HashMap<>();
        byte[][] wrapped = new byte[slots.size()][];
        for (int i = 0; i < slots.size(); i++) {
            ShredSecret secret = ShredSecret.generate(random);
            UUID mailbox = slots.get(i).mailbox().value();
            wrapped[i] = key.wrap(secret, context(tenant, object, mailbox), random).toBytes();
            secrets.put(slots.get(i).mailbox(), secret);
        }
        sql.sql(
                        """
                        INSERT INTO shred_secret (tenant_id, object_id, mailbox_id, wrapped_secret, refused_from, deleted_from,
                                                  read_once, author, mailbox_version)
                        SELECT :tenant, :object, mailbox, secret, :refused, :deleted, :once AND NOT author, author, version
                          FROM unnest(:mailboxes, :secrets, :authors, :versions) AS each (mailbox, secret, author, version)
                        """)
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
                .param(
                        "mailboxes",
                        slots.stream().map(slot -> slot.mailbox().value()).toArray(UUID[]::new))
                .param("secrets", wrapped)
                .param("authors", slots.stream().map(Wanted::author).toArray(Boolean[]::new))
                .param("versions", slots.stream().mapToInt(Wanted::version).toArray())
                .update();
        boolean readable =
                terms.filter(given -> !clock.instant().isBefore(given.refusedFrom())).isEmpty();
        return readable ? secrets : Map.of();
    }

    /// This slot's secret, unless it was shredded or is refused by now.
    Optional<Found> find(TenantId tenant, UUID object, MailboxId mailbox) {
        // Before the rows: what is wrapped under a version stands there no longer when the version
        // is gone.
        TenantKey key = tenants.of(tenant).tenant();
        return Optional.ofNullable(rows(tenant, mailbox, Set.of(object)).get(object))
                .map(row -> unwrap(tenant, object, mailbox, key, row));
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
    Map<UUID, Found> find(TenantId tenant, MailboxId mailbox, Set<UUID> objects) {
        TenantKey key = tenants.of(tenant).tenant();
        Map<UUID, Found> secrets = new HashMap<>();
        rows(tenant, mailbox, objects)
                .forEach((object, row) -> {
                    try {
                        secrets.put(object, unwrap(tenant, object, mailbox, key, row));
                    } catch (DamagedLedgerException e) {
                        // it is in the log already
                    }
                });
        return secrets;
    }

    private Map<UUID, Row> rows(TenantId tenant, MailboxId mailbox, Set<UUID> objects) {
        if (objects.isEmpty()) {
            return Map.of();
        }
        Instant now = clock.instant();
        return sql
                .sql(
                        """
                        SELECT object_id, wrapped_secret, mailbox_version,
                               CASE WHEN read_once THEN least(refused_from, :onceUntil) END AS once_until
                          FROM shred_secret
                         WHERE tenant_id = :tenant AND mailbox_id = :mailbox AND object_id IN (:objects)
                           AND (refused_from IS NULL OR refused_from > :now)
                        """)
                .param("now", at(now))
                .param("onceUntil", at(now.plus(ReadingTerms.READ_ONCE_TIME)))
                .param("tenant", tenant.value())
                .param("mailbox", mailbox.value())
                .param("objects", objects)
                .query((row, _) ->
                        Map.entry(
                                row.getObject("object_id", UUID.class),
                                new Row(
                                        wrapped(row, "wrapped_secret"),
                                        row.getInt("mailbox_version"),
                                        Rows.optionalInstant(row, "once_until"))))
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

    private static Found unwrap(
            TenantId tenant, UUID object, MailboxId mailbox, TenantKey key, Row row) {
        try {
            return new Found(
                    key.unwrapping(row.wrapped())
                            .unwrapShredSecret(
                                    row.wrapped(), context(tenant, object, mailbox.value())),
                    row.mailboxVersion(),
                    row.onceUntil());
        } catch (OpeningFailedException e) {
            IntegrityLog.slot(
                    IntegrityLog.Stored.SHRED_SECRET, tenant, new MessageId(object), mailbox);
            throw new DamagedLedgerException("shred secret", e);
        }
    }

    static byte[] context(TenantId tenant, UUID object, UUID mailbox) {
        return KeyContext.of("postern shred secret", tenant.value(), object, mailbox);
    }

    /// @param mailboxVersion of the mailbox key that slot and summary were made with
    /// @param onceUntil of a message to be read once, which was not opened yet: until when it can
    ///   be read if it is opened now
    record Found(ShredSecret secret, int mailboxVersion, Optional<Instant> onceUntil) {}

    private record Row(WrappedKey wrapped, int mailboxVersion, Optional<Instant> onceUntil) {}
}
