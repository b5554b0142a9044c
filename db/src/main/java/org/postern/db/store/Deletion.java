package org.postern.db.store;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import org.postern.db.MailboxId;
import org.postern.db.MessageId;
import org.postern.db.TenantId;

/// That something was shredded, or when it will be; no address, only ids.
///
/// @param id of this record
/// @param recordedAt when it was asked for; times are kept to the millisecond
public record Deletion(TenantId tenant, UUID id, What what, Instant recordedAt) {

    /// For what its signature is made.
    public static final String PURPOSE = "postern deletion";

    private static final UUID NONE = new UUID(0, 0);

    public Deletion {
        recordedAt = recordedAt.truncatedTo(ChronoUnit.MILLIS);
    }

    /// What it is about.
    public sealed interface What {

        /// A message opens never again.
        ///
        /// @param mailbox for this one; for all, if there is none
        record Message(MessageId message, Optional<MailboxId> mailbox) implements What {}

        /// A message has other dates.
        ///
        /// @param mailbox for this one; for all, if there is none
        record Dates(
                MessageId message,
                Optional<MailboxId> mailbox,
                Instant refusedFrom,
                Instant deletedFrom)
                implements What {

            public Dates {
                refusedFrom = refusedFrom.truncatedTo(ChronoUnit.MILLIS);
                deletedFrom = deletedFrom.truncatedTo(ChronoUnit.MILLIS);
                if (deletedFrom.isBefore(refusedFrom)) {
                    throw new IllegalArgumentException("deleted before it is refused");
                }
            }
        }

        /// A person was erased.
        record Mailbox(MailboxId mailbox) implements What {}

        /// An organisation has ended.
        record Tenant() implements What {}
    }

    /// As it is signed (docs/format.md, section 12).
    public byte[] encode() {
        ByteBuffer bytes = ByteBuffer.allocate(1 + 4 * 16 + 3 * Long.BYTES);
        bytes.put(kind());
        put(bytes, tenant.value());
        put(bytes, id);
        put(bytes, message().orElse(NONE));
        put(bytes, mailbox().orElse(NONE));
        bytes.putLong(dates().map(dates -> dates.refusedFrom().toEpochMilli()).orElse(0L));
        bytes.putLong(dates().map(dates -> dates.deletedFrom().toEpochMilli()).orElse(0L));
        bytes.putLong(recordedAt.toEpochMilli());
        return bytes.array();
    }

    private byte kind() {
        return switch (what) {
            case What.Message _ -> 1;
            case What.Dates _ -> 2;
            case What.Mailbox _ -> 3;
            case What.Tenant _ -> 4;
        };
    }

    String word() {
        return switch (what) {
            case What.Message _ -> "message";
            case What.Dates _ -> "dates";
            case What.Mailbox _ -> "mailbox";
            case What.Tenant _ -> "tenant";
        };
    }

    Optional<UUID> message() {
        return switch (what) {
            case What.Message of -> Optional.of(of.message().value());
            case What.Dates of -> Optional.of(of.message().value());
            case What.Mailbox _, What.Tenant _ -> Optional.empty();
        };
    }

    Optional<UUID> mailbox() {
        return switch (what) {
            case What.Message of -> of.mailbox().map(MailboxId::value);
            case What.Dates of -> of.mailbox().map(MailboxId::value);
            case What.Mailbox of -> Optional.of(of.mailbox().value());
            case What.Tenant _ -> Optional.empty();
        };
    }

    Optional<What.Dates> dates() {
        return what instanceof What.Dates dates ? Optional.of(dates) : Optional.empty();
    }

    private static void put(ByteBuffer bytes, UUID id) {
        bytes.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
    }
}
