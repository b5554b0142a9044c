package org.postern.db.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.postern.db.TestValues.NOW;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.flywaydb.core.api.FlywayException;
import org.junit.jupiter.api.Test;
import org.postern.db.TenantId;
import org.postern.db.TestDatabases;
import org.postern.db.TestValues;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionSystemException;

/// What callers hear while the database is away: always a [DataAccessException] or, where a
/// transaction cannot begin or end, a [org.springframework.transaction.TransactionException]; never
/// that a row is damaged or refused, since that would be taken for an answer.
class DatabaseAwayTest {

    private final TenantId tenant = TestValues.tenant();

    @Test
    void storesAreMadeWhileTheDatabaseIsAway() throws Exception {
        MailDatabase.of(nobodyListens());
    }

    @Test
    void everyStoreSaysThatTheDatabaseIsAway() throws Exception {
        MailDatabase away = MailDatabase.of(nobodyListens());

        for (ThrowingCallable call : calls(away)) {
            assertThatExceptionOfType(CannotGetJdbcConnectionException.class).isThrownBy(call);
        }
        assertThatExceptionOfType(CannotCreateTransactionException.class)
                .isThrownBy(
                        () -> away.transaction().executeWithoutResult(_ -> away.jobs().waiting()));
        assertThatExceptionOfType(FlywayException.class)
                .isThrownBy(() -> MailSchema.migrate(nobodyListens()));
    }

    @Test
    void theSameStoresWorkWhenTheDatabaseIsBack() {
        DataSource own = TestDatabases.empty();
        MailSchema.migrate(own);
        MailDatabase database = MailDatabase.of(own);
        String name =
                JdbcClient.create(own)
                        .sql("SELECT current_database()")
                        .query(String.class)
                        .single();
        database.tenants().insert(tenant, "Ours", "ours.example", Optional.empty(), NOW);

        alter(name, "ALLOW_CONNECTIONS false");
        for (ThrowingCallable call : calls(database)) {
            assertThatExceptionOfType(CannotGetJdbcConnectionException.class).isThrownBy(call);
        }
        alter(name, "ALLOW_CONNECTIONS true");

        assertThat(database.tenants().findByHost("ours.example")).contains(tenant);
    }

    @Test
    void aConnectionCutInATransactionTakesAllOfItAlong() {
        DataSource pool = TestDatabases.mail();
        MailDatabase database = MailDatabase.of(pool);
        JdbcClient sql = JdbcClient.create(pool);

        assertThatThrownBy(() ->
                        database.transaction()
                                .executeWithoutResult(_ -> {
                                    database.tenants()
                                            .insert(
                                                    tenant,
                                                    "Ours",
                                                    "ours.example",
                                                    Optional.empty(),
                                                    NOW);
                                    cut(sql);
                                    database.tenants().insertDomain(tenant, "ours.example", NOW);
                                }))
                // Rolling back what is gone fails too; the cut is what it has overridden.
                .isInstanceOfSatisfying(
                        TransactionSystemException.class,
                        e ->
                                assertThat(e.getOriginalException())
                                        .isInstanceOf(DataAccessResourceFailureException.class));

        assertThat(database.tenants().all()).isEmpty();
    }

    @Test
    void aDatabaseThatTakesNoWritesRefusesNothingForGood() {
        DataSource own = TestDatabases.empty();
        MailSchema.migrate(own);
        MailDatabase database = MailDatabase.of(own);
        database.tenants().insert(tenant, "Ours", "ours.example", Optional.empty(), NOW);
        String name =
                JdbcClient.create(own)
                        .sql("SELECT current_database()")
                        .query(String.class)
                        .single();

        alterReadOnly(name, "on");
        assertThatThrownBy(() -> database.tenants().insertDomain(tenant, "x.example", NOW))
                .satisfies(DatabaseAwayTest::isNoAnswer);
        assertThat(database.tenants().findByHost("ours.example")).contains(tenant);
        alterReadOnly(name, "off");

        database.tenants().insertDomain(tenant, "x.example", NOW);
    }

    @Test
    void aLockHeldTooLongIsNoAnswer() {
        DataSource pool = TestDatabases.mail();
        MailDatabase database = MailDatabase.of(pool);
        database.tenants().insert(tenant, "Ours", "ours.example", Optional.empty(), NOW);
        MailDatabase impatient = MailDatabase.of(with("-c statement_timeout=50"));
        MailDatabase lockless = MailDatabase.of(with("-c lock_timeout=50"));

        database.transaction()
                .executeWithoutResult(_ -> {
                    JdbcClient.create(pool)
                            .sql("LOCK TABLE tenant IN ACCESS EXCLUSIVE MODE")
                            .update();

                    assertThatExceptionOfType(QueryTimeoutException.class)
                            .isThrownBy(() -> impatient.tenants().findByHost("x"));
                    assertThatThrownBy(() -> lockless.tenants().findByHost("x"))
                            .satisfies(DatabaseAwayTest::isNoAnswer);
                });
    }

    private static void isNoAnswer(Throwable thrown) {
        assertThat(thrown)
                .isInstanceOf(DataAccessException.class)
                .isNotInstanceOf(DataIntegrityViolationException.class)
                .isNotInstanceOf(DamagedRowException.class);
    }

    private List<ThrowingCallable> calls(MailDatabase database) {
        return List.of(
                () ->
                        database.arrivals()
                                .insertIfAbsent(
                                        new Arrival(
                                                TestValues.header(tenant, UUID.randomUUID()),
                                                TestValues.certificate(),
                                                TestValues.spoolSlot(),
                                                TestValues.record(),
                                                NOW,
                                                0)),
                () -> database.arrivals().claim(1, NOW, Duration.ofMinutes(1)),
                () -> database.arrivals().releaseClaims(NOW),
                () -> database.arrivals().waiting(),
                () -> database.messages().find(tenant, TestValues.message()),
                () ->
                        database.messages()
                                .received(tenant, TestValues.mailbox(), Optional.empty(), 10, NOW),
                () -> database.mailboxes().findAddress(tenant, TestValues.mailbox()),
                () -> database.threads().find(tenant, List.of(TestValues.mac())),
                () -> database.jobs().claim(1, NOW, Duration.ofMinutes(1)),
                () -> database.signInRequests().find(tenant, UUID.randomUUID()),
                () -> database.tenants().all(),
                () -> database.snapshots().newest(),
                () ->
                        database.audit()
                                .insert(
                                        tenant,
                                        UUID.randomUUID(),
                                        AuditKind.MESSAGE_OPENED,
                                        Optional.empty(),
                                        Optional.empty(),
                                        NOW));
    }

    /// Cuts the connection of the transaction under way, as a failover does.
    private static void cut(JdbcClient inTransaction) {
        int own = inTransaction.sql("SELECT pg_backend_pid()").query(Integer.class).single();
        TestDatabases.server()
                .sql("SELECT pg_terminate_backend(:pid, 10000)")
                .param("pid", own)
                .query(Boolean.class)
                .single();
    }

    private static void alter(String database, String what) {
        TestDatabases.server().sql("ALTER DATABASE " + database + " " + what).update();
    }

    private static void alterReadOnly(String database, String value) {
        alter(database, "SET default_transaction_read_only = " + value);
    }

    private static DataSource with(String options) {
        PGSimpleDataSource mail = TestDatabases.mailAs("postgres");
        mail.setOptions(options);
        return mail;
    }

    private static DataSource nobodyListens() throws IOException {
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            PGSimpleDataSource away = new PGSimpleDataSource();
            away.setServerNames(new String[] {"127.0.0.1"});
            away.setPortNumbers(new int[] {closed.getLocalPort()});
            away.setDatabaseName("mail");
            away.setUser("postgres");
            return away;
        }
    }
}
