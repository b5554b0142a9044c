package org.postern.keys.ledger;

import static org.postern.keys.ledger.Rows.at;
import static org.postern.keys.ledger.Rows.tenant;

import java.sql.Types;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postern.db.TenantId;
import org.postern.db.store.Tenant;
import org.postern.keys.Altered;
import org.postern.keys.Altered.How;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/// What the organisations' rows in the mail database are to be, so that whoever can write there,
/// and nothing else, has no snapshot signed.
///
/// A change is announced here before it is written there: from then on the rows may be as before or
/// as announced, until it is confirmed or the new ones are seen.
final class Configurations {

    private static final Logger log = LoggerFactory.getLogger(Configurations.class);

    private final JdbcClient sql;
    private final Clock clock;

    Configurations(JdbcClient ledger, Clock clock) {
        this.sql = ledger;
        this.clock = clock;
    }

    /// The organisations that are not as they were last set.
    ///
    /// @param tenants all that there are
    List<Altered> altered(List<Tenant> tenants) {
        Map<TenantId, ConfigurationDigest> found = new LinkedHashMap<>();
        tenants.forEach(tenant -> found.put(tenant.id(), ConfigurationDigest.of(tenant)));
        return altered(found);
    }

    /// The same for a snapshot that is to be signed.
    List<Altered> altered(byte[] snapshot) {
        return altered(ConfigurationDigest.ofSnapshot(snapshot));
    }

    private List<Altered> altered(Map<TenantId, ConfigurationDigest> found) {
        Map<TenantId, Known> known = known();
        List<Altered> altered = new ArrayList<>();
        found.forEach((tenant, digest) ->
                compare(tenant, known.remove(tenant), digest).ifPresent(altered::add));
        known.forEach((tenant, left) -> {
            if (!left.ended() && left.digest().isPresent()) {
                altered.add(new Altered(tenant, How.MISSING, Set.of(Altered.Rows.TENANT)));
            }
        });
        return altered;
    }

    private Optional<Altered> compare(
            TenantId tenant, @Nullable Known known, ConfigurationDigest found) {
        if (known == null || known.ended()) {
            return Optional.of(
                    new Altered(
                            tenant,
                            known == null ? How.UNKNOWN : How.ENDED,
                            EnumSet.allOf(Altered.Rows.class)));
        }
        if (known.digest().filter(found::equals).isPresent()) {
            return Optional.empty();
        }
        if (known.announced().filter(found::equals).isPresent()) {
            confirm(tenant, found);
            return Optional.empty();
        }
        if (known.digest().isEmpty() && known.announced().isEmpty()) {
            takeOver(tenant, found);
            return Optional.empty();
        }
        return Optional.of(
                new Altered(
                        tenant,
                        How.CHANGED,
                        known.digest()
                                .map(found::differing)
                                .orElseGet(() -> EnumSet.allOf(Altered.Rows.class))));
    }

    /// Knows of an organisation that has keys and no rows yet.
    void create(TenantId tenant) {
        sql.sql(
                        """
                        INSERT INTO configuration (tenant_id, changed_at) VALUES (:tenant, :now)
                        ON CONFLICT DO NOTHING
                        """)
                .param("tenant", tenant.value())
                .param("now", at(clock.instant()))
                .update();
    }

    /// Allows `after` besides `before`.
    ///
    /// @param before empty for an organisation that has no rows yet
    /// @return false if `before` is not as it was last set
    boolean announce(Optional<Tenant> before, Tenant after) {
        return sql.sql(
                                """
                                UPDATE configuration
                                   SET digest = CAST(:before AS bytea), announced = :after, changed_at = :now
                                 WHERE tenant_id = :tenant AND ended_at IS NULL
                                   AND (digest IS NULL AND announced IS NULL
                                        OR digest IS NULL AND CAST(:before AS bytea) IS NULL
                                        OR digest = CAST(:before AS bytea)
                                        OR announced = CAST(:before AS bytea))
                                """)
                        .param(
                                "before",
                                before.map(Configurations::bytes).orElse(null),
                                Types.BINARY)
                        .param("after", bytes(after))
                        .param("tenant", after.id().value())
                        .param("now", at(clock.instant()))
                        .update()
                == 1;
    }

    /// What was announced has become so, and nothing else is allowed any more.
    void confirm(Tenant now) {
        confirm(now.id(), ConfigurationDigest.of(now));
    }

    private void confirm(TenantId tenant, ConfigurationDigest now) {
        sql.sql(
                        """
                        UPDATE configuration SET digest = :digest, announced = NULL, changed_at = :now
                         WHERE tenant_id = :tenant AND announced = :digest
                        """)
                .param("digest", now.toBytes())
                .param("tenant", tenant.value())
                .param("now", at(clock.instant()))
                .update();
    }

    /// An operator says that the rows are right as they are now.
    ///
    /// @return false if the organisation has ended
    boolean accept(Tenant now) {
        return sql.sql(
                                """
                                INSERT INTO configuration (tenant_id, digest, changed_at) VALUES (:tenant, :digest, :now)
                                ON CONFLICT (tenant_id) DO UPDATE
                                   SET digest = excluded.digest, announced = NULL, changed_at = excluded.changed_at
                                 WHERE configuration.ended_at IS NULL
                                """)
                        .param("tenant", now.id().value())
                        .param("digest", bytes(now))
                        .param("now", at(clock.instant()))
                        .update()
                == 1;
    }

    /// An operator says that an organisation's rows are gone for good. If they come back, nobody
    /// made it.
    void acceptMissing(TenantId tenant) {
        sql.sql("DELETE FROM configuration WHERE tenant_id = :tenant AND ended_at IS NULL")
                .param("tenant", tenant.value())
                .update();
    }

    /// The first start of a release that knows of this finds no digest: what it finds counts, once.
    private void takeOver(TenantId tenant, ConfigurationDigest found) {
        int taken =
                sql.sql(
                                """
                                UPDATE configuration SET digest = :digest, changed_at = :now
                                 WHERE tenant_id = :tenant AND digest IS NULL AND announced IS NULL
                                """)
                        .param("digest", found.toBytes())
                        .param("tenant", tenant.value())
                        .param("now", at(clock.instant()))
                        .update();
        if (taken == 1) {
            log.warn("the rows of an organisation are taken over as they are: tenant={}", tenant);
        }
    }

    private Map<TenantId, Known> known() {
        Map<TenantId, Known> known = new LinkedHashMap<>();
        sql.sql("SELECT * FROM configuration ORDER BY tenant_id")
                .query(row -> {
                    known.put(
                            tenant(row),
                            new Known(
                                    digest(row.getBytes("digest")),
                                    digest(row.getBytes("announced")),
                                    row.getObject("ended_at") != null));
                });
        return known;
    }

    private static byte[] bytes(Tenant tenant) {
        return ConfigurationDigest.of(tenant).toBytes();
    }

    private static Optional<ConfigurationDigest> digest(byte @Nullable [] stored) {
        return Optional.ofNullable(stored).map(ConfigurationDigest::stored);
    }

    private record Known(
            Optional<ConfigurationDigest> digest,
            Optional<ConfigurationDigest> announced,
            boolean ended) {}
}
