package org.postern.server;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import org.postern.db.blob.BlobStore;
import org.postern.db.store.MailDatabase;
import org.postern.keys.Authority;
import org.postern.keys.KeyService;
import org.postern.keys.ledger.KeyLedger;
import org.postern.keys.ledger.MailLimits;
import org.postern.keys.limits.LimitedKeyService;
import org.postern.keys.limits.Limits;
import org.postern.keys.provider.CallerAuthority;
import org.postern.server.embedded.StartRefusedException;
import org.postern.server.object.ObjectEndpoint;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/// The role `keys`: root key, ledger, key service and authority.
@Configuration(proxyBeanMethods = false)
class KeysConfiguration {

    @Bean
    HikariDataSource ledgerPool(HouseParts parts) {
        return StorageConfiguration.pool("ledger", requireParts(parts).ledger(), 16);
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
                mail,
                new MailLimits(
                        parts.options().signInMails(), parts.options().signInMailsOfOrganisation()),
                _ -> {},
                clock,
                random);
    }

    /// For callers in this process and in others alike.
    @Bean
    KeyService keyService(KeyLedger ledger, Clock clock) {
        return new LimitedKeyService(ledger.service(), Limits.DEFAULT, clock);
    }

    @Bean
    Authority authority(KeyLedger ledger) {
        return ledger.authority();
    }

    @Bean(destroyMethod = "close")
    KeyCare keyCare(KeyLedger ledger, MailDatabase mail, Clock clock) {
        return new KeyCare(ledger, mail.arrivals(), clock);
    }

    @Bean
    KeysEndpoint keysEndpoint(KeyLedger ledger, MailDatabase mail, HouseParts parts, Clock clock) {
        return new KeysEndpoint(ledger, mail, parts.folder().keys(), clock);
    }

    @Bean
    KeyMetrics keyMetrics(KeyLedger ledger, Clock clock) {
        return new KeyMetrics(ledger.inventory(), clock);
    }

    @Bean
    CallerAuthority callerAuthority(HouseParts parts, Clock clock, SecureRandom random)
            throws StartRefusedException {
        Path file = parts.folder().keys().resolve("callers.p12");
        try {
            return CallerAuthority.openOrCreate(
                    file, requireParts(parts).passphrase().characters(), clock, random);
        } catch (IOException e) {
            throw new StartRefusedException(
                    file + " cannot be read or written, or has another passphrase.", e);
        }
    }

    @Bean
    Invitations invitations(CallerAuthority callers, HouseParts parts) {
        return new Invitations(callers, parts.folder().keys().resolve("invited"));
    }

    @Bean(destroyMethod = "close")
    KeysListener keysListener(
            HouseParts parts,
            CallerAuthority callers,
            KeyService keys,
            Authority authority,
            Clock clock)
            throws StartRefusedException {
        return KeysListener.open(parts.options(), callers, keys, authority, clock);
    }

    /// For whoever owns this machine; see [ObjectEndpoint].
    @Bean
    ObjectEndpoint objectEndpoint(MailDatabase database, BlobStore blobs, KeyLedger ledger) {
        return new ObjectEndpoint(database, blobs, ledger.authority(), ledger.custody());
    }

    /// The part `keyLedger` of readiness, where this process takes no mail.
    @Bean
    LedgerCheck keyLedgerHealthIndicator(HikariDataSource ledgerPool) {
        return new LedgerCheck(JdbcClient.create(ledgerPool));
    }

    private static HouseParts.KeyParts requireParts(HouseParts parts) {
        return parts.keys().orElseThrow();
    }
}
