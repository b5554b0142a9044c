package org.postern.server;

import com.zaxxer.hikari.HikariDataSource;
import java.security.SecureRandom;
import java.time.Clock;
import org.postern.db.store.MailDatabase;
import org.postern.keys.Authority;
import org.postern.keys.KeyService;
import org.postern.keys.ledger.KeyLedger;
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
        JdbcClient ledger = JdbcClient.create(ledgerPool);
        return KeyLedger.of(
                ledger,
                new TransactionTemplate(new DataSourceTransactionManager(ledgerPool)),
                RootKeyKeeper.of(parts, ledger, random),
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
}
