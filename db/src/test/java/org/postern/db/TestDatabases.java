package org.postern.db;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.postern.db.store.MailSchema;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Mail databases in one real PostgreSQL for all tests of the module.
public final class TestDatabases {

    private static final AtomicInteger NUMBER = new AtomicInteger();

    private TestDatabases() {}

    /// A migrated mail database without a row; the same one at every call.
    public static DataSource mail() {
        JdbcClient sql = JdbcClient.create(Server.MAIL);
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
        return Server.MAIL;
    }

    /// A database of its own in which nothing was ever made.
    public static DataSource empty() {
        return Server.create("empty_" + NUMBER.incrementAndGet());
    }

    /// The database of [#mail] without a pool, spoken to as somebody else or in another way.
    public static PGSimpleDataSource mailAs(String role) {
        PGSimpleDataSource other = new PGSimpleDataSource();
        other.setUrl(((PGSimpleDataSource) Server.UNPOOLED).getUrl());
        other.setUser(role);
        return other;
    }

    /// The database of [#mail] for one who waits for no lock: where he would have to, he fails.
    public static DataSource mailWithoutPatience() {
        PGSimpleDataSource impatient = mailAs("postgres");
        impatient.setOptions("-c lock_timeout=2000");
        return impatient;
    }

    /// Where somebody stands who acts on the server as a whole.
    public static JdbcClient server() {
        return JdbcClient.create(Server.POSTGRES.getPostgresDatabase());
    }

    private static final class Server {
        static final EmbeddedPostgres POSTGRES = start();
        static final DataSource UNPOOLED = migrated();
        static final DataSource MAIL = pool();

        static DataSource create(String name) {
            JdbcClient.create(POSTGRES.getPostgresDatabase())
                    .sql("CREATE DATABASE " + name)
                    .update();
            return POSTGRES.getDatabase("postgres", name);
        }

        private static DataSource migrated() {
            DataSource mail = create("mail");
            MailSchema.migrate(mail);
            return mail;
        }

        private static DataSource pool() {
            HikariConfig config = new HikariConfig();
            config.setDataSource(UNPOOLED);
            config.setMaximumPoolSize(16);
            config.setMinimumIdle(0);
            return new HikariDataSource(config);
        }

        private static EmbeddedPostgres start() {
            try {
                return EmbeddedPostgres.builder().setServerConfig("max_connections", "100").start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
