package org.postern.keys.ledger;

import static org.postern.keys.ledger.Rows.at;
import static org.postern.keys.ledger.Rows.instant;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.postern.crypto.WrappingKey;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.WrappedKey;
import org.postern.db.TenantId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionOperations;

/// Begins new versions of keys, and wraps what is under the old ones again (docs/format.md, section
/// 8). Bodies are untouched. Thread-safe, and several processes may do it at once.
///
/// What is to be done stands in the ledger: whatever is broken off, the next [#sweep] goes on with.
public final class Rotation {

    private static final Logger log = LoggerFactory.getLogger(Rotation.class);

    private final JdbcClient sql;
    private final TransactionOperations transaction;
    private final RootKey root;
    private final RootVersions rootVersions;
    private final TenantKeys tenants;
    private final SigningKeys signingKeys;
    private final Consumer<Step> steps;
    private final Clock clock;
    private final SecureRandom random;

    Rotation(
            JdbcClient ledger,
            TransactionOperations transaction,
            RootKey root,
            TenantKeys tenants,
            SigningKeys signingKeys,
            Consumer<Step> steps,
            Clock clock,
            SecureRandom random) {
        this.sql = ledger;
        this.transaction = transaction;
        this.root = root;
        this.rootVersions = new RootVersions(ledger, clock);
        this.tenants = tenants;
        this.signingKeys = signingKeys;
        this.steps = steps;
        this.clock = clock;
        this.random = random;
    }

    /// Where a rotation may be broken off.
    public enum Step {
        ROOT_VERSION_MADE,
        ROOT_ROW_REWRAPPED,
        TENANT_VERSION_MADE,
        TENANT_ROWS_REWRAPPED,
        TENANT_VERSION_DELETED,
        MAILBOXES_ORDERED,
        MAILBOX_KEYS_MADE,
        SIGNING_VERSION_MADE,
        SIGNING_SECRET_DESTROYED
    }

    /// What became of the root key.
    ///
    /// @param version that wraps now, as the keeper calls it
    /// @param rewrapped how many rows were under another
    public record RootRotated(String version, int rewrapped) {}

    /// Wraps all that is under older versions of the root key under the current one; if there is
    /// nothing, makes a new version first, where that is ours to do.
    ///
    /// @throws DamagedLedgerException if a row does not unwrap; it stays, the others are done
    public RootRotated rotateRoot() {
        List<RootRows.Row> old = underOldRoot();
        if (old.isEmpty() && root.rotate()) {
            steps.accept(Step.ROOT_VERSION_MADE);
            old = underOldRoot();
        }
        rootVersions.met(root.provider(), root.currentVersion());
        @Nullable DamagedLedgerException damaged = null;
        int rewrapped = 0;
        for (RootRows.Row row : old) {
            try {
                RootRows.replace(sql, row, root.rewrap(row.stored(), row.context()));
                rewrapped++;
                steps.accept(Step.ROOT_ROW_REWRAPPED);
            } catch (OpeningFailedException e) {
                damaged = new DamagedLedgerException(row.name(), e);
            }
        }
        if (damaged != null) {
            throw damaged;
        }
        log.info("root key rotated: version={} rows={}", root.currentVersion(), rewrapped);
        return new RootRotated(root.currentVersion(), rewrapped);
    }

    private List<RootRows.Row> underOldRoot() {
        String current = root.currentVersion();
        return RootRows.all(sql).stream()
                .filter(row -> {
                    try {
                        return !root.versionOf(row.stored()).equals(current);
                    } catch (OpeningFailedException e) {
                        throw new DamagedLedgerException(row.name(), e);
                    }
                })
                .toList();
    }

    /// Begins a new version of the tenant's key. What is under the one before follows when every
    /// process knows the new one, in ten minutes.
    ///
    /// @return false if one is being replaced already
    public boolean rotateTenant(TenantId tenant) {
        boolean made = tenants.addVersion(tenant);
        if (made) {
            log.info("a new version of a tenant key was made: tenant={}", tenant);
            steps.accept(Step.TENANT_VERSION_MADE);
        }
        return made;
    }

    /// Makes another signing key, which signs at once. What was signed before stays verifiable:
    /// each key vouches for the next (docs/format.md, section 3.5).
    ///
    /// @return the version that signs now
    public int rotateSigning() {
        int version = signingKeys.rotate(steps);
        log.info("signing key rotated: version={}", version);
        return version;
    }

    /// Orders new keys for all mailboxes of the tenant that there are now. The next [#sweep] makes
    /// them.
    public void rotateMailboxes(TenantId tenant) {
        sql.sql(
                        """
                        INSERT INTO mailbox_rotation (tenant_id, ordered_at) VALUES (:tenant, :now)
                        ON CONFLICT DO NOTHING
                        """)
                .param("tenant", tenant.value())
                .param("now", at(clock.instant()))
                .update();
        steps.accept(Step.MAILBOXES_ORDERED);
    }

    /// Every tenant.
    public List<TenantId> tenants() {
        return tenants.all();
    }

    /// Carries out what was ordered, as far as it can be done now, and deletes versions of tenant
    /// keys that nothing is under any more.
    public void sweep() {
        sql.sql("SELECT tenant_id, ordered_at FROM mailbox_rotation ORDER BY tenant_id")
                .query((row, _) -> new Ordered(Rows.tenant(row), instant(row, "ordered_at")))
                .list()
                .forEach(order -> unlessDamaged(order.tenant(), () -> makeMailboxKeys(order)));
        signingKeys.destroyFollowed(steps);
        tenants.beingRotated().forEach(tenant -> unlessDamaged(tenant, () -> rewrapTenant(tenant)));
    }

    /// Deletes versions of mailbox keys that no message needs any more.
    public void forgetUnneeded() {
        MailboxVersions.deleteUnneeded(sql, clock.instant());
    }

    /// A tenant whose key does not open keeps nobody else from being rotated.
    private static void unlessDamaged(TenantId tenant, Runnable work) {
        try {
            work.run();
        } catch (DamagedLedgerException e) {
            log.error("keys are not rotated: tenant={} reason={}", tenant, e.getMessage());
        }
    }

    private void makeMailboxKeys(Ordered order) {
        TenantKey key = tenants.of(order.tenant()).tenant();
        Optional<UUID> last = Optional.empty();
        int made = 0;
        while (true) {
            List<MailboxVersions.Version> page =
                    MailboxVersions.madeBefore(sql, order.tenant(), order.at(), last);
            if (page.isEmpty()) {
                break;
            }
            transaction.executeWithoutResult(_ ->
                    page.forEach(version ->
                            MailboxVersions.replace(
                                    sql, order.tenant(), version, key, clock.instant(), random)));
            made += page.size();
            last = Optional.of(page.getLast().mailbox());
            steps.accept(Step.MAILBOX_KEYS_MADE);
        }
        sql.sql("DELETE FROM mailbox_rotation WHERE tenant_id = :tenant AND ordered_at = :at")
                .param("tenant", order.tenant().value())
                .param("at", at(order.at()))
                .update();
        log.info("mailbox keys rotated: tenant={} mailboxes={}", order.tenant(), made);
    }

    private void rewrapTenant(TenantId tenant) {
        TenantKey key = tenants.current(tenant);
        if (!key.isBeingRotated() || !key.isSettled(clock.instant())) {
            return;
        }
        int newest = key.newest().version();
        TenantRows.ALL.forEach(rows -> rewrap(rows, tenant, key));
        if (TenantRows.ALL.stream().anyMatch(rows -> rows.hasOthers(sql, tenant, newest))) {
            log.warn("a tenant key keeps its old version: tenant={} reason=rows", tenant);
            return;
        }
        tenants.deleteBefore(tenant, newest);
        log.info("tenant key rotated: tenant={} version={}", tenant, newest);
        steps.accept(Step.TENANT_VERSION_DELETED);
    }

    private void rewrap(TenantRows rows, TenantId tenant, TenantKey key) {
        WrappingKey to = key.newest();
        Optional<TenantRows.Row> last = Optional.empty();
        while (true) {
            Optional<TenantRows.Row> after = last;
            @Nullable List<TenantRows.Row> page =
                    transaction.execute(_ -> {
                        List<TenantRows.Row> locked =
                                rows.pageNotUnder(sql, tenant, to.version(), after);
                        locked.forEach(row -> rewrap(rows, tenant, key, row));
                        return locked;
                    });
            if (page == null || page.isEmpty()) {
                return;
            }
            last = Optional.of(page.getLast());
            steps.accept(Step.TENANT_ROWS_REWRAPPED);
        }
    }

    /// What does not unwrap stays as it is, and keeps its version alive.
    private void rewrap(TenantRows rows, TenantId tenant, TenantKey key, TenantRows.Row row) {
        try {
            WrappedKey again =
                    rows.keys()
                            .rewrap(
                                    row,
                                    tenant,
                                    key.unwrapping(row.wrapped()),
                                    key.newest(),
                                    random);
            rows.replace(sql, tenant, row, again);
        } catch (OpeningFailedException e) {
            log.error(
                    "a key of the ledger does not open: table={} tenant={} row={}",
                    rows.name(),
                    tenant,
                    row);
        }
    }

    private record Ordered(TenantId tenant, Instant at) {}
}
