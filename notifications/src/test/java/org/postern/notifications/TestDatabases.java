package org.postern.notifications;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.postern.db.store.MailSchema;
import org.postern.keys.ledger.LedgerSchema;
import org.springframework.jdbc.core.simple.JdbcClient;

/// The two databases in a real PostgreSQL, emptied for every test that asks.
public final class TestDatabases {

    private TestDatabases() {}

    /// A mail database without a row.
    public static DataSource mail() {
        return emptied(Server.MAIL);
    }

    /// A key ledger without a row.
    public static DataSource ledger() {
        return emptied(Server.LEDGER);
    }

    private static DataSource emptied(DataSource database) {
        JdbcClient sql = JdbcClient.create(database);
        String tables =
                sql.sql(
                                """
                                SELECT string_agg(format('%I', tablename), ', ') FROM pg_tables
                                 WHERE schemaname = 'public' AND tablename <> 'flyway_schema_history'
                                """)
                        .query(String.class)
                        .single();
        // what is only ever added to goes, too
        sql.sql(
                        "DO $$ BEGIN SET LOCAL session_replication_role = replica; TRUNCATE "
                                + tables
                                + "; END $$")
                .update();
        return database;
    }

    private static final class Server {
        private static final EmbeddedPostgres POSTGRES = start();
        static final DataSource MAIL = migrated("mail", MailSchema::migrate);
        static final DataSource LEDGER = migrated("ledger", LedgerSchema::migrate);

        private static EmbeddedPostgres start() {
            try {
                return EmbeddedPostgres.start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static DataSource migrated(String name, Consumer<DataSource> migration) {
            JdbcClient.create(POSTGRES.getPostgresDatabase())
                    .sql("CREATE DATABASE " + name)
                    .update();
            DataSource database = POSTGRES.getDatabase("postgres", name);
            migration.accept(database);
            return database;
        }
    }
}
