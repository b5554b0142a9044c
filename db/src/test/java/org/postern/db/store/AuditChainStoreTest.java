package org.postern.db.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.db.TenantId;
import org.postern.db.TestDatabases;
import org.postern.db.TestValues;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;

class AuditChainStoreTest {

    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00.123456Z");

    private final DataSource pool = TestDatabases.mail();
    private final JdbcClient sql = JdbcClient.create(pool);
    private final MailDatabase database = MailDatabase.of(pool);
    private final AuditChainStore chain = database.auditChain();
    private final TenantId tenant = new TenantId(UUID.randomUUID());

    @ParameterizedTest
    @ValueSource(strings = {"audit_event", "audit_chain", "audit_checkpoint"})
    void whatIsInTheAuditIsNeitherChangedNorDeleted(String table) {
        UUID event = event(tenant);
        chain.insert(tenant, 0, event, TestValues.mac());
        chain.insertCheckpoint(tenant, checkpoint(1), NOW);
        String before = rows(table);

        for (String change :
                List.of(
                        "UPDATE %s SET tenant_id = gen_random_uuid()",
                        "DELETE FROM %s", "TRUNCATE %s CASCADE")) {
            assertThatExceptionOfType(DataAccessException.class)
                    .isThrownBy(() -> sql.sql(change.formatted(table)).update())
                    .havingRootCause()
                    .withMessageContaining("only ever added to");
        }
        assertThat(rows(table)).isEqualTo(before).isNotEmpty();
    }

    @Test
    void whoMayOnlyInsertEventsHasThemWaitForTheChainer() {
        sql.sql(
                        """
                        DO $$ BEGIN
                            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'recorder') THEN
                                CREATE ROLE recorder LOGIN;
                            END IF;
                        END $$
                        """)
                .update();
        sql.sql("GRANT INSERT ON audit_event TO recorder").update();
        JdbcClient recorder = JdbcClient.create(TestDatabases.mailAs("recorder"));

        new AuditStore(recorder)
                .insert(
                        tenant,
                        UUID.randomUUID(),
                        AuditKind.MESSAGE_OPENED,
                        Optional.empty(),
                        Optional.empty(),
                        NOW);

        assertThat(chain.unchained()).containsExactly(tenant);
        for (String forbidden :
                List.of(
                        "SELECT * FROM audit_event",
                        "DELETE FROM audit_event",
                        "DELETE FROM audit_unchained",
                        "INSERT INTO audit_chain VALUES (gen_random_uuid(), 0, gen_random_uuid(),"
                                + " '')")) {
            assertThatExceptionOfType(DataAccessException.class)
                    .isThrownBy(() -> recorder.sql(forbidden).query().listOfRows());
        }
    }

    @Test
    void anEventHasOnePlaceAndAPlaceOneEvent() {
        UUID first = event(tenant);
        UUID second = event(tenant);
        chain.insert(tenant, 0, first, TestValues.mac());

        assertThatExceptionOfType(DuplicateKeyException.class)
                .isThrownBy(() -> chain.insert(tenant, 0, second, TestValues.mac()));
        assertThatExceptionOfType(DuplicateKeyException.class)
                .isThrownBy(() -> chain.insert(tenant, 1, first, TestValues.mac()));
        assertThatExceptionOfType(DataIntegrityViolationException.class)
                .isThrownBy(() -> chain.insert(tenant, 1, UUID.randomUUID(), TestValues.mac()));
        assertThatExceptionOfType(DataIntegrityViolationException.class)
                .isThrownBy(() ->
                        chain.insert(new TenantId(UUID.randomUUID()), 0, second, TestValues.mac()));
    }

    @Test
    void anEmptyPlaceIsSeen() {
        chain.insert(tenant, 0, event(tenant), TestValues.mac());
        chain.insert(tenant, 2, event(tenant), TestValues.mac());

        assertThat(chain.leaves(tenant, 0, 1)).hasSize(1);
        assertThat(chain.leaves(tenant, 2, 10)).hasSize(1);
        assertThatExceptionOfType(DamagedRowException.class)
                .isThrownBy(() -> chain.leaves(tenant, 0, 10));
        assertThatExceptionOfType(DamagedRowException.class)
                .isThrownBy(() -> chain.leaves(tenant, 1, 10));
    }

    @Test
    void whatOneTenantsChainHoldsIsNoneOfAnothers() {
        TenantId other = new TenantId(UUID.randomUUID());
        chain.insert(tenant, 0, event(tenant), TestValues.mac());
        chain.insertCheckpoint(tenant, checkpoint(1), NOW);
        UUID theirs = event(other);

        assertThat(chain.nextSequence(other)).isZero();
        assertThat(chain.newestCheckpoint(other)).isEmpty();
        assertThat(chain.events(other, 0, 10)).isEmpty();
        assertThat(chain.checkpoints(other, 0, 10)).isEmpty();
        assertThat(chain.unnumbered(other, 10))
                .extracting(AuditEvent::event)
                .containsExactly(theirs);
        assertThat(chain.unchained()).containsExactly(other);
    }

    @Test
    void anEventComesBackAsItWasToTheMicrosecond() {
        UUID event = event(tenant);

        assertThat(chain.unnumbered(tenant, 1))
                .containsExactly(
                        new AuditEvent(
                                event,
                                "message.opened",
                                Optional.empty(),
                                Optional.of(event),
                                NOW));
    }

    private UUID event(TenantId of) {
        UUID event = UUID.randomUUID();
        database.audit()
                .insert(
                        of,
                        event,
                        AuditKind.MESSAGE_OPENED,
                        Optional.empty(),
                        Optional.of(event),
                        NOW);
        return event;
    }

    private static StoredCheckpoint checkpoint(long size) {
        return new StoredCheckpoint(size, TestValues.mac(), "a note\n");
    }

    private String rows(String table) {
        return sql.sql(
                        "SELECT coalesce(string_agg(t::text, ' ' ORDER BY t::text), '') FROM "
                                + table
                                + " t")
                .query(String.class)
                .single();
    }
}
