package org.postern.keys.ledger;

import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.db.TenantId;
import org.springframework.jdbc.core.simple.JdbcClient;

/// What keys there are, and how old. Says nothing of what they are.
public final class Inventory {

    private static final String ELSEWHERE = "of another key provider";

    private final JdbcClient sql;
    private final RootKey root;
    private final RootVersions rootVersions;
    private final SpoolKeyEnd spoolKeys;
    private final Clock clock;

    Inventory(JdbcClient ledger, RootKey root, SpoolKeyEnd spoolKeys, Clock clock) {
        this.sql = ledger;
        this.root = root;
        this.rootVersions = new RootVersions(ledger, clock);
        this.spoolKeys = spoolKeys;
        this.clock = clock;
    }

    /// The levels whose keys have an age that counts.
    public enum Level {
        ROOT("SELECT max(met_at) FROM root_version", true),
        SIGNING("SELECT max(created_at) FROM signing_key", true),
        SPOOL("SELECT max(created_at) FROM spool_key WHERE wrapped_seed IS NOT NULL", false),
        TENANT(
                """
                SELECT min(newest) FROM (SELECT max(created_at) AS newest FROM tenant_key
                                          WHERE purpose = 'tenant' GROUP BY tenant_id) AS each
                """,
                true),
        MAILBOX("SELECT min(key_made_at) FROM mailbox", true);

        /// A key that wraps others or signs is rotated yearly; more than two years are too many
        /// (NIST SP 800-57 part 1, section 5.3.6).
        private static final Period TIME = Period.ofYears(1);

        private final String madeAt;
        private final boolean yearly;

        Level(String madeAt, boolean yearly) {
            this.madeAt = madeAt;
            this.yearly = yearly;
        }

        /// When a key made then is to be rotated by an operator.
        public Optional<Instant> due(Instant made) {
            return yearly
                    ? Optional.of(made.atOffset(ZoneOffset.UTC).plus(TIME).toInstant())
                    : Optional.empty();
        }
    }

    /// When the key in use was made, of each level that has any; where there are many, the oldest.
    public Map<Level, Instant> madeAt() {
        Map<Level, Instant> made = new EnumMap<>(Level.class);
        for (Level level : Level.values()) {
            sql.sql(level.madeAt)
                    .query((row, _) -> Optional.ofNullable(row.getObject(1, OffsetDateTime.class)))
                    .single()
                    .ifPresent(at -> made.put(level, at.toInstant()));
        }
        return made;
    }

    /// Names of replication slots that nobody reads. PostgreSQL keeps the write-ahead log for them
    /// without end, and deleted keys in it.
    public List<String> stalledSlots() {
        return sql.sql("SELECT slot_name FROM pg_replication_slots WHERE NOT active ORDER BY 1")
                .query((row, _) -> row.getString(1))
                .list();
    }

    /// Remembers the root key's version, for its age.
    public void meetRoot() {
        rootVersions.met(root.provider(), root.currentVersion());
    }

    /// The root key, its versions, and what is under each.
    public Root root() {
        meetRoot();
        Map<String, Long> under = new TreeMap<>();
        for (RootRows.Row row : RootRows.all(sql)) {
            under.merge(versionOf(row), 1L, Long::sum);
        }
        return new Root(
                root.provider(),
                root.currentVersion(),
                rootVersions.newest().orElse(clock.instant()),
                under);
    }

    private String versionOf(RootRows.Row row) {
        try {
            return root.versionOf(row.stored());
        } catch (OpeningFailedException | OtherKeyProviderException e) {
            return ELSEWHERE;
        }
    }

    /// The keys of a tenant. Counts every row: not for every minute.
    public Tenant tenant(TenantId tenant) {
        Map<Integer, Long> under = new TreeMap<>();
        TenantRows.ALL.forEach(rows ->
                rows.counts(sql, tenant)
                        .forEach(count -> under.merge(count.version(), count.rows(), Long::sum)));
        List<Version> versions =
                sql.sql(
                                """
                                SELECT version, created_at FROM tenant_key
                                 WHERE tenant_id = :tenant AND purpose = 'tenant' ORDER BY version
                                """)
                        .param("tenant", tenant.value())
                        .query((row, _) ->
                                new Version(
                                        row.getInt("version"),
                                        Rows.instant(row, "created_at"),
                                        under.getOrDefault(row.getInt("version"), 0L)))
                        .list();
        return sql.sql(
                        """
                        SELECT count(*) AS mailboxes, min(key_made_at) AS oldest,
                               (SELECT count(*) FROM former_mailbox_key WHERE tenant_id = :tenant) AS former,
                               (SELECT count(*) FROM mailbox JOIN mailbox_rotation USING (tenant_id)
                                 WHERE tenant_id = :tenant AND key_made_at < ordered_at) AS waiting
                          FROM mailbox WHERE tenant_id = :tenant
                        """)
                .param("tenant", tenant.value())
                .query((row, _) ->
                        new Tenant(
                                tenant,
                                versions,
                                row.getLong("mailboxes"),
                                Optional.ofNullable(row.getObject("oldest", OffsetDateTime.class))
                                        .map(OffsetDateTime::toInstant),
                                row.getLong("former"),
                                row.getLong("waiting")))
                .single();
    }

    /// The spool keys that are there.
    ///
    /// @param oldestWaiting the oldest key that an arrival not yet delivered needs
    public List<SpoolKeyEnd.Standing> spoolKeys(OptionalLong oldestWaiting) {
        return spoolKeys.standing(oldestWaiting);
    }

    /// The root key.
    ///
    /// @param version as the keeper calls it
    /// @param metAt when it was first met
    /// @param under how many keys are under each version
    public record Root(String provider, String version, Instant metAt, Map<String, Long> under) {

        public Root {
            under = Map.copyOf(under);
        }
    }

    /// One version of a tenant key.
    ///
    /// @param rows how many keys are under it
    public record Version(int version, Instant madeAt, long rows) {}

    /// The keys of a tenant.
    ///
    /// @param versions of the tenant key, oldest first
    /// @param oldestMailboxKey of those that make slots
    /// @param former how many versions of mailbox keys are kept for old slots
    /// @param waiting how many mailboxes are ordered a new key and have none yet
    public record Tenant(
            TenantId tenant,
            List<Version> versions,
            long mailboxes,
            Optional<Instant> oldestMailboxKey,
            long former,
            long waiting) {

        public Tenant {
            versions = List.copyOf(versions);
        }
    }
}
