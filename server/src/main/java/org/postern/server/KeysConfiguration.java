package org.postern.server;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import org.postern.crypto.WrappingKey;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.db.store.MailDatabase;
import org.postern.keys.Authority;
import org.postern.keys.KeyService;
import org.postern.keys.ledger.KeyLedger;
import org.postern.keys.provider.LocalKeystore;
import org.postern.server.embedded.StartRefusedException;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/// The role `keys`: root key, ledger, key service and authority.
@Configuration(proxyBeanMethods = false)
class KeysConfiguration {

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    SecureRandom secureRandom() {
        return new SecureRandom();
    }

    @Bean
    KeyLedger keyLedger(
            HikariDataSource ledgerPool,
            MailDatabase mail,
            HouseParts parts,
            Clock clock,
            SecureRandom random)
            throws StartRefusedException {
        return KeyLedger.of(
                JdbcClient.create(ledgerPool),
                new TransactionTemplate(new DataSourceTransactionManager(ledgerPool)),
                rootKey(parts, random),
                mail.audit(),
                clock,
                random);
    }

    @Bean
    KeyService keyService(KeyLedger ledger) {
        return ledger.service();
    }

    @Bean
    Authority authority(KeyLedger ledger) {
        return ledger.authority();
    }

    private static WrappingKey rootKey(HouseParts parts, SecureRandom random)
            throws StartRefusedException {
        try {
            return LocalKeystore.openOrCreate(
                    parts.folder().keys().resolve("root.keystore"),
                    parts.passphrase().characters(),
                    random);
        } catch (OpeningFailedException e) {
            throw new StartRefusedException("the keystore does not open with this passphrase.", e);
        } catch (IOException e) {
            throw new StartRefusedException("the keystore cannot be read or written.", e);
        }
    }
}
