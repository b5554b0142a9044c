package org.postern.mail;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.postern.db.store.MailSchema;
import org.postern.keys.ledger.LedgerSchema;
import org.springframework.jdbc.core.simple.JdbcClient;

/// A mail database and a key ledger in one real PostgreSQL, started once.
final class TestDatabases {

    private static final EmbeddedPostgres POSTGRES = start();
    private static final DataSource MAIL = create("mail", MailSchema::migrate);
    private static final DataSource LEDGER = create("ledger", LedgerSchema::migrate);

    private TestDatabases() {}

    /// The mail database, without a row.
    static DataSource mail() {
        return emptied(MAIL);
    }

    /// The key ledger, without a row.
    static DataSource ledger() {
        return emptied(LEDGER);
    }

    static List<String> tables(JdbcClient sql) {
        return sql.sql(
                        """
                        SELECT tablename FROM pg_tables
                         WHERE schemaname = 'public' AND tablename <> 'flyway_schema_history'
                        """)
                .query((row, _) -> row.getString("tablename"))
                .list();
    }

    private static DataSource emptied(DataSource database) {
        JdbcClient sql = JdbcClient.create(database);
        // what is only ever added to goes, too
        sql.sql(
                        "DO $$ BEGIN SET LOCAL session_replication_role = replica; TRUNCATE "
                                + String.join(", ", tables(sql))
                                + "; END $$")
                .update();
        return database;
    }

    private static DataSource create(String name, Consumer<DataSource> migration) {
        try (Connection connection = POSTGRES.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        HikariConfig config = new HikariConfig();
        config.setDataSource(POSTGRES.getDatabase("postgres", name));
        DataSource pool = new HikariDataSource(config);
        migration.accept(pool);
        return pool;
    }

    private static EmbeddedPostgres start() {
        try {
            return EmbeddedPostgres.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
