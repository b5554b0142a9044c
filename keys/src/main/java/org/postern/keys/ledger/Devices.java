package org.postern.keys.ledger;

import static org.postern.keys.ledger.Rows.at;
import static org.postern.keys.ledger.Rows.instant;
import static org.postern.keys.ledger.Rows.sealed;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.postern.crypto.Tokens;
import org.postern.crypto.sealed.SealedRecord;
import org.postern.crypto.sealed.UuidV7;
import org.postern.db.MailboxId;
import org.postern.db.TenantId;
import org.postern.keys.SignInSettings.Device;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Devices that are spared the second step, each known by the hash of a token that it keeps.
final class Devices {

    private static final Duration LIFE = Duration.ofDays(30);

    private final JdbcClient sql;
    private final OwnRecords records;
    private final UuidV7 ids;
    private final Clock clock;
    private final SecureRandom random;

    Devices(JdbcClient ledger, OwnRecords records, UuidV7 ids, Clock clock, SecureRandom random) {
        this.sql = ledger;
        this.records = records;
        this.ids = ids;
        this.clock = clock;
        this.random = random;
    }

    /// Remembers a device.
    ///
    /// @param device in plain words
    /// @return its token
    String remember(TenantId tenant, MailboxId mailbox, String device) {
        Instant now = clock.instant();
        String token = Tokens.token(random);
        UUID id = ids.next();
        byte[] sealed = records.seal(place(tenant, mailbox, id), device);
        sql.sql("DELETE FROM remembered_device WHERE expires_at < :now")
                .param("now", at(now))
                .update();
        sql.sql(
                        """
                        INSERT INTO remembered_device (tenant_id, device_id, mailbox_id, token_hash, sealed_device, made_at, expires_at)
                        VALUES (:tenant, :device, :mailbox, :token, :sealed, :now, :expires)
                        """)
                .param("tenant", tenant.value())
                .param("device", id)
                .param("mailbox", mailbox.value())
                .param("token", Tokens.hash(token).toBytes())
                .param("sealed", sealed)
                .param("now", at(now))
                .param("expires", at(now.plus(LIFE)))
                .update();
        return token;
    }

    boolean knows(TenantId tenant, MailboxId mailbox, String token) {
        return sql.sql(
                        """
                        SELECT EXISTS (SELECT FROM remembered_device
                                        WHERE tenant_id = :tenant AND mailbox_id = :mailbox AND token_hash = :token AND expires_at > :now)
                        """)
                .param("tenant", tenant.value())
                .param("mailbox", mailbox.value())
                .param("token", Tokens.hash(token).toBytes())
                .param("now", at(clock.instant()))
                .query(Boolean.class)
                .single();
    }

    /// The devices of a mailbox, the newest first.
    List<Device> of(TenantId tenant, MailboxId mailbox) {
        return sql
                .sql(
                        """
                        SELECT * FROM remembered_device WHERE tenant_id = :tenant AND mailbox_id = :mailbox AND expires_at > :now
                         ORDER BY made_at DESC, device_id DESC
                        """)
                .param("tenant", tenant.value())
                .param("mailbox", mailbox.value())
                .param("now", at(clock.instant()))
                .query((row, _) ->
                        new Row(
                                row.getObject("device_id", UUID.class),
                                sealed(row, "sealed_device"),
                                instant(row, "made_at"),
                                instant(row, "expires_at")))
                .list()
                .stream()
                .map(row ->
                        new Device(
                                row.id(),
                                records.openText(place(tenant, mailbox, row.id()), row.sealed()),
                                row.madeAt(),
                                row.endsAt()))
                .toList();
    }

    boolean forget(TenantId tenant, MailboxId mailbox, UUID device) {
        return sql.sql(
                                """
                                DELETE FROM remembered_device
                                 WHERE tenant_id = :tenant AND mailbox_id = :mailbox AND device_id = :device
                                """)
                        .param("tenant", tenant.value())
                        .param("mailbox", mailbox.value())
                        .param("device", device)
                        .update()
                == 1;
    }

    private static OwnRecords.Place place(TenantId tenant, MailboxId mailbox, UUID device) {
        return new OwnRecords.Place("remembered device", tenant, mailbox, device);
    }

    private record Row(UUID id, SealedRecord sealed, Instant madeAt, Instant endsAt) {}
}
