package org.postern.server;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import org.postern.crypto.sealed.UuidV7;
import org.postern.db.blob.BlobStore;
import org.postern.db.blob.FileBlobStore;
import org.postern.db.store.MailDatabase;
import org.postern.notifications.job.Jobs;
import org.postern.server.embedded.DatabaseAccess;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// What every role has: clock, chance, the mail database, its jobs, and the blob store. Pools are
/// lazy: SMTP starts and takes mail while a database is away.
@Configuration(proxyBeanMethods = false)
class StorageConfiguration {

    /// Long enough for a busy pool, short enough that a page says "maintenance" soon.
    private static final Duration WAIT_FOR_CONNECTION = Duration.ofSeconds(3);

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    SecureRandom secureRandom() {
        return new SecureRandom();
    }

    @Bean
    HikariDataSource mailPool(HouseParts parts) {
        return pool("mail", parts.mail(), 16);
    }

    @Bean
    MailDatabase mailDatabase(HikariDataSource mailPool) {
        return MailDatabase.of(mailPool);
    }

    @Bean
    BlobStore blobStore(HouseParts parts) {
        return new FileBlobStore(parts.blobs());
    }

    @Bean
    Jobs jobs(MailDatabase database, Clock clock, SecureRandom random) {
        return new Jobs(database.jobs(), new UuidV7(clock, random), clock);
    }

    static HikariDataSource pool(String name, DatabaseAccess access, int most) {
        HikariConfig config = new HikariConfig();
        config.setPoolName(name);
        config.setJdbcUrl(access.url());
        if (!access.user().isEmpty()) {
            config.setUsername(access.user());
            config.setPassword(access.password());
        }
        config.setMaximumPoolSize(most);
        config.setMinimumIdle(1);
        config.setInitializationFailTimeout(-1);
        config.setConnectionTimeout(WAIT_FOR_CONNECTION.toMillis());
        config.setValidationTimeout(1_000);
        config.addDataSourceProperty("ApplicationName", "postern");
        config.addDataSourceProperty("connectTimeout", "2");
        config.addDataSourceProperty("socketTimeout", "60");
        config.addDataSourceProperty("tcpKeepAlive", "true");
        // What the server says of a failed statement may quote a row: ids and reasons go to the
        // log, rows never.
        config.addDataSourceProperty("logServerErrorDetail", "false");
        return new HikariDataSource(config);
    }
}
