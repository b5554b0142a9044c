package org.postern.keys;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.postern.db.store.MailSchema;
import org.postern.keys.ledger.LedgerSchema;

/// Databases in one real PostgreSQL, each a copy of one that was migrated once.
public final class TestDatabases {

    private static final AtomicInteger NUMBER = new AtomicInteger();

    private TestDatabases() {}

    /// A mail database without a row.
    public static DataSource mail() {
        return pool(Templates.MAIL);
    }

    /// A key ledger without a row.
    public static DataSource ledger() {
        return pool(Templates.LEDGER);
    }

    private static DataSource pool(String template) {
        HikariConfig config = new HikariConfig();
        config.setDataSource(create("test_" + NUMBER.incrementAndGet(), template));
        return pool(config);
    }

    /// One that another process made.
    static DataSource at(String url) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setUsername("postgres");
        return pool(config);
    }

    private static DataSource pool(HikariConfig config) {
        config.setMaximumPoolSize(8);
        config.setMinimumIdle(0);
        return new HikariDataSource(config);
    }

    private static synchronized DataSource create(String name, String template) {
        try (Connection connection = Server.POSTGRES.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name + " TEMPLATE " + template);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return Server.POSTGRES.getDatabase("postgres", name);
    }

    private static final class Templates {
        static final String MAIL = migrated("mail", MailSchema::migrate);
        static final String LEDGER = migrated("ledger", LedgerSchema::migrate);

        private static String migrated(String name, Consumer<DataSource> migration) {
            migration.accept(create(name, "template1"));
            return name;
        }
    }

    private static final class Server {
        static final EmbeddedPostgres POSTGRES = start();

        private static EmbeddedPostgres start() {
            try {
                return EmbeddedPostgres.builder().setServerConfig("max_connections", "200").start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
