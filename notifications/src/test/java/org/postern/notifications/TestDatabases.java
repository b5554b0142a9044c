package org.postern.notifications;

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

/// Databases in one real PostgreSQL.
public final class TestDatabases {

    private static final AtomicInteger NUMBER = new AtomicInteger();

    private TestDatabases() {}

    /// A mail database without a row.
    public static DataSource mail() {
        return create("test_" + NUMBER.incrementAndGet(), Templates.MAIL);
    }

    /// A key ledger without a row.
    public static DataSource ledger() {
        return create("test_" + NUMBER.incrementAndGet(), Templates.LEDGER);
    }

    private static DataSource create(String name, String template) {
        try (Connection connection = Server.POSTGRES.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name + " TEMPLATE " + template);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return Server.POSTGRES.getDatabase("postgres", name);
    }

    /// Migrated once, copied for every test.
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
                return EmbeddedPostgres.builder().setServerConfig("max_connections", "100").start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
