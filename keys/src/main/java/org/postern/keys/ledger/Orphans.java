package org.postern.keys.ledger;

import static java.util.Objects.requireNonNull;
import static org.postern.keys.ledger.Rows.at;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postern.db.store.MailDatabase;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Shred secrets whose message the mail database does not have: it never committed, or was lost
/// with a backup. An arrival's row is older than its admission and is never deleted, so whatever
/// has none is an orphan in this mail database.
///
/// It may be last month's, looked at and put away again. So an orphan is only noted at first, and
/// deleted once it has been one for [#CERTAIN].
final class Orphans {

    /// How old an admission is before it is looked at.
    static final Duration SETTLED = Duration.ofDays(7);

    /// How long an object must be unknown.
    static final Duration CERTAIN = Duration.ofDays(30);

    private static final Duration EACH = Duration.ofDays(1);
    private static final int AT_A_TIME = 1_000;

    private final JdbcClient sql;
    private final MailDatabase mail;
    private final Clock clock;
    private @Nullable Instant looked;

    Orphans(JdbcClient ledger, MailDatabase mail, Clock clock) {
        this.sql = ledger;
        this.mail = mail;
        this.clock = clock;
    }

    /// Looks for orphans, once a day.
    ///
    /// @return how many secrets were deleted
    synchronized int collectIfDue() {
        Instant now = clock.instant();
        if (looked != null && now.isBefore(looked.plus(EACH))) {
            return 0;
        }
        int deleted = 0;
        List<Admission> page = page(new Admission(new UUID(0, 0), new UUID(0, 0)), now);
        while (!page.isEmpty()) {
            Set<UUID> known = mail.arrivals().known(page.stream().map(Admission::object).toList());
            Map<Boolean, List<Admission>> split =
                    page.stream()
                            .collect(
                                    Collectors.partitioningBy(
                                            each -> known.contains(each.object())));
            List<Admission> orphans = requireNonNull(split.get(false));
            forget(requireNonNull(split.get(true)));
            note(orphans, now);
            deleted += delete(orphans, now);
            page = page(page.getLast(), now);
        }
        looked = now;
        return deleted;
    }

    private List<Admission> page(Admission after, Instant now) {
        return sql.sql(
                        """
                        SELECT tenant_id, object_id FROM admission
                         WHERE (tenant_id, object_id) > (:tenant, :object) AND admitted_at < :settled
                           AND EXISTS (SELECT FROM shred_secret WHERE shred_secret.tenant_id = admission.tenant_id
                                                                  AND shred_secret.object_id = admission.object_id)
                         ORDER BY tenant_id, object_id LIMIT :max
                        """)
                .param("tenant", after.tenant())
                .param("object", after.object())
                .param("settled", at(now.minus(SETTLED)))
                .param("max", AT_A_TIME)
                .query((row, _) ->
                        new Admission(
                                row.getObject("tenant_id", UUID.class),
                                row.getObject("object_id", UUID.class)))
                .list();
    }

    private void forget(List<Admission> found) {
        of(
                        found,
                        """
                        UPDATE admission SET orphan_since = NULL FROM unnest(:tenants, :objects) AS found (tenant, object)
                         WHERE tenant_id = found.tenant AND object_id = found.object AND orphan_since IS NOT NULL
                        """)
                .update();
    }

    private void note(List<Admission> orphans, Instant now) {
        of(
                        orphans,
                        """
                        UPDATE admission SET orphan_since = :now FROM unnest(:tenants, :objects) AS orphan (tenant, object)
                         WHERE tenant_id = orphan.tenant AND object_id = orphan.object AND orphan_since IS NULL
                        """)
                .param("now", at(now))
                .update();
    }

    /// The admission stays: an arrival that comes back all the same revives nothing.
    private int delete(List<Admission> orphans, Instant now) {
        return of(
                        orphans,
                        """
                        DELETE FROM shred_secret USING unnest(:tenants, :objects) AS orphan (tenant, object), admission
                         WHERE admission.tenant_id = orphan.tenant AND admission.object_id = orphan.object
                           AND admission.orphan_since <= :certain
                           AND shred_secret.tenant_id = orphan.tenant AND shred_secret.object_id = orphan.object
                        """)
                .param("certain", at(now.minus(CERTAIN)))
                .update();
    }

    private JdbcClient.StatementSpec of(List<Admission> these, String statement) {
        return sql.sql(statement)
                .param("tenants", these.stream().map(Admission::tenant).toArray(UUID[]::new))
                .param("objects", these.stream().map(Admission::object).toArray(UUID[]::new));
    }

    private record Admission(UUID tenant, UUID object) {}
}
