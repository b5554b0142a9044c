package org.postern.keys.ledger;

import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/// The schema of the key ledger.
public final class LedgerSchema {

    private LedgerSchema() {}

    /// Brings the ledger to this release's schema; does nothing when it is there, or when a newer
    /// release has gone on from there.
    ///
    /// @throws org.flywaydb.core.api.FlywayException if the database is away, or was migrated by
    ///   other scripts than ours
    public static void migrate(DataSource ledger) {
        Flyway.configure()
                .dataSource(ledger)
                .locations("classpath:org/postern/keys/migration")
                .validateMigrationNaming(true)
                .load()
                .migrate();
    }
}
