package org.postern.keys.ledger;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.postern.crypto.WrappingKey;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.db.TenantId;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Unwraps every key of the ledger, and says which do not unwrap. It changes nothing and keeps
/// nothing.
public final class LedgerVerifier {

    /// A page of ids is enough to see what happened.
    private static final int MOST_NAMED = 100;

    private final JdbcClient sql;
    private final RootKey root;
    private final SigningKeys signingKeys;
    private final TenantKeys tenants;
    private final SecureRandom random;

    LedgerVerifier(
            JdbcClient ledger,
            RootKey root,
            SigningKeys signingKeys,
            TenantKeys tenants,
            SecureRandom random) {
        this.sql = ledger;
        this.root = root;
        this.signingKeys = signingKeys;
        this.tenants = tenants;
        this.random = random;
    }

    /// What was found.
    ///
    /// @param opened how many keys of each table unwrap
    /// @param failed how many do not
    /// @param named the first of those, by table and ids
    public record Verdict(Map<String, Long> opened, long failed, List<String> named) {

        public Verdict {
            opened = Map.copyOf(opened);
            named = List.copyOf(named);
        }

        public boolean isWhole() {
            return failed == 0;
        }
    }

    /// Walks through all of the ledger.
    ///
    /// @throws org.springframework.dao.DataAccessException if ledger or keeper are away
    public Verdict verify() {
        Count count = new Count();
        for (RootRows.Row row : RootRows.all(sql)) {
            String table = row.name().substring(0, row.name().indexOf(' '));
            try {
                root.unwrap(row.stored(), row.context());
                count.opened(table);
            } catch (OpeningFailedException | OtherKeyProviderException e) {
                count.failed(row.name());
            }
        }
        verifySuccession(count);
        for (TenantId tenant : tenants.all()) {
            @Nullable TenantKey key = key(tenant);
            TenantRows.ALL.forEach(rows -> verify(rows, tenant, key, count));
        }
        return new Verdict(count.opened, count.failed, count.named);
    }

    /// Whether the signing keys vouch for each other, up to the one that signs.
    private void verifySuccession(Count count) {
        try {
            signingKeys.find().ifPresent(_ -> count.opened("succession"));
        } catch (DamagedLedgerException | OtherKeyProviderException e) {
            count.failed("succession of the signing keys");
        }
    }

    private @Nullable TenantKey key(TenantId tenant) {
        try {
            return tenants.current(tenant);
        } catch (DamagedLedgerException | OtherKeyProviderException e) {
            return null; // counted above; nothing under it opens
        }
    }

    private void verify(TenantRows rows, TenantId tenant, @Nullable TenantKey key, Count count) {
        Optional<TenantRows.Row> last = Optional.empty();
        while (true) {
            List<TenantRows.Row> page = rows.page(sql, tenant, last);
            if (page.isEmpty()) {
                return;
            }
            for (TenantRows.Row row : page) {
                // A version that was made while we walked is looked up now.
                if (opens(rows, tenant, key, row)
                        || (isNewer(row, key) && opens(rows, tenant, key(tenant), row))) {
                    count.opened(rows.name());
                } else {
                    count.failed(rows.name() + " " + tenant + " " + row);
                }
            }
            last = Optional.of(page.getLast());
        }
    }

    private static boolean isNewer(TenantRows.Row row, @Nullable TenantKey key) {
        try {
            return key != null && row.wrapped().version() > key.newest().version();
        } catch (OpeningFailedException e) {
            return false;
        }
    }

    private boolean opens(
            TenantRows rows, TenantId tenant, @Nullable TenantKey key, TenantRows.Row row) {
        if (key == null) {
            return false;
        }
        try {
            WrappingKey under = key.unwrapping(row.wrapped());
            rows.keys().rewrap(row, tenant, under, under, random);
            return true;
        } catch (OpeningFailedException e) {
            return false;
        }
    }

    private static final class Count {

        private final Map<String, Long> opened = new TreeMap<>();
        private final List<String> named = new ArrayList<>();
        private long failed;

        void opened(String table) {
            opened.merge(table, 1L, Long::sum);
        }

        void failed(String row) {
            failed++;
            if (named.size() < MOST_NAMED) {
                named.add(row);
            }
        }
    }
}
