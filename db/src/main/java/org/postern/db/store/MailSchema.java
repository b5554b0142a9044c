package org.postern.db.store;

import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/// The schema of the mail database. Migrations only ever expand what the release before still uses.
public final class MailSchema {

    private MailSchema() {}

    /// Brings the database to this release's schema; does nothing when it is there, or when a newer
    /// release has gone on from there: releases run side by side while one takes the other's place.
    /// Several processes may call it at once. Says what the other roles may do there.
    ///
    /// @throws org.flywaydb.core.api.FlywayException if the database is away, or was migrated by
    ///   other scripts than ours
    public static void migrate(DataSource mailDatabase) {
        Flyway.configure()
                .dataSource(mailDatabase)
                .locations("classpath:org/postern/db/migration")
                .validateMigrationNaming(true)
                .load()
                .migrate();
        MailGrants.grant(mailDatabase);
    }
}
