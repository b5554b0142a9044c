package org.postern.keys;

import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.postern.db.store.MailDatabase;
import org.postern.keys.ledger.KeyLedger;
import org.postern.keys.ledger.MailLimits;
import org.postern.keys.ledger.Rotation;
import org.postern.keys.provider.KeyProvider;
import org.postern.keys.provider.LocalKeystore;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/// A key ledger and a mail database on a real PostgreSQL, and processes that use them.
public final class LedgerUnderTest {

    /// Of an organisation fewer than usual: making a link's code takes its time.
    static final MailLimits LIMITS = new MailLimits(MailLimits.DEFAULT.ofAddress(), 6);

    private final SecureRandom random = new SecureRandom();
    private final DataSource ledger;
    private final DataSource mailPool;
    private final JdbcClient mail;
    private final KeyProvider root = LocalKeystore.inMemory(random);

    public LedgerUnderTest() {
        this(TestDatabases.ledger(), TestDatabases.mail());
    }

    private LedgerUnderTest(DataSource ledger, DataSource mailPool) {
        this.ledger = ledger;
        this.mailPool = mailPool;
        this.mail = JdbcClient.create(mailPool);
    }

    /// Those of another process.
    static LedgerUnderTest at(String ledgerUrl, String mailUrl) {
        return new LedgerUnderTest(TestDatabases.at(ledgerUrl), TestDatabases.at(mailUrl));
    }

    /// Where another process finds ledger and mail database.
    List<String> urls() throws SQLException {
        List<String> urls = new ArrayList<>();
        for (DataSource each : List.of(ledger, mailPool)) {
            try (Connection connection = each.getConnection()) {
                urls.add(connection.getMetaData().getURL());
            }
        }
        return urls;
    }

    /// For statements of somebody who can write to the ledger.
    JdbcClient sql() {
        return JdbcClient.create(ledger);
    }

    /// A process that knows the root key and remembers nothing, at noon.
    public KeyScene start() {
        return start(root);
    }

    KeyScene start(KeyProvider root) {
        return start(root, new SettableClock(Instant.parse("2026-03-02T12:00:00Z")), _ -> {})
                .scene();
    }

    /// The same as its operator sees it, by this clock.
    ///
    /// @param steps hears of every step of a rotation
    Running start(KeyProvider root, SettableClock clock, Consumer<Rotation.Step> steps) {
        KeyLedger keys =
                KeyLedger.of(
                        JdbcClient.create(ledger),
                        new TransactionTemplate(new DataSourceTransactionManager(ledger)),
                        root,
                        MailDatabase.of(mailPool),
                        LIMITS,
                        steps,
                        clock,
                        random);
        return new Running(
                new KeyScene(
                        keys.service(), keys.authority(), clock, random, mail, keys.shredding()),
                keys);
    }

    /// A process with the keys.
    record Running(KeyScene scene, KeyLedger ledger) {}
}
