package org.postern.notifications.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.crypto.audit.AuditEntry;
import org.postern.crypto.audit.Checkpoint;
import org.postern.crypto.audit.MerkleTree;
import org.postern.crypto.sealed.Mac256;
import org.postern.crypto.sealed.SealedRecord;
import org.postern.db.MailboxId;
import org.postern.db.TenantId;
import org.postern.db.store.AuditKind;
import org.postern.db.store.ChainedEvent;
import org.postern.db.store.MailDatabase;
import org.postern.db.store.StoredCheckpoint;
import org.postern.keys.Authority;
import org.postern.keys.ledger.KeyLedger;
import org.postern.keys.provider.LocalKeystore;
import org.postern.notifications.SettableClock;
import org.postern.notifications.TestDatabases;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

class ChainerTest {

    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

    private final SecureRandom random = new SecureRandom();
    private final SettableClock clock = new SettableClock(NOON);
    private final DataSource mail = TestDatabases.mail();
    private final DataSource ledger = TestDatabases.ledger();
    private final JdbcClient sql = JdbcClient.create(mail);
    private final MailDatabase database = MailDatabase.of(mail);
    private final Authority authority =
            KeyLedger.of(
                            JdbcClient.create(ledger),
                            new TransactionTemplate(new DataSourceTransactionManager(ledger)),
                            LocalKeystore.inMemory(random),
                            database,
                            clock,
                            random)
                    .authority();
    private final Chainer chainer = new Chainer(database, authority, clock);
    private final TenantId tenant = new TenantId(UUID.randomUUID());

    @Test
    void everyEventGetsOnePlaceUnderASignedCheckpoint() throws Exception {
        TenantId other = new TenantId(UUID.randomUUID());
        List<UUID> events = events(tenant, 30);
        List<UUID> others = events(other, 3);

        assertThat(chainer.chain()).isTrue();
        events.addAll(events(tenant, 5));
        assertThat(chainer.chain()).isTrue();
        assertThat(chainer.chain()).isTrue();

        assertThat(verified(tenant)).containsExactlyInAnyOrderElementsOf(events);
        assertThat(verified(other)).containsExactlyInAnyOrderElementsOf(others);
        assertThat(database.auditChain().checkpoints(tenant, 0, 100))
                .extracting(StoredCheckpoint::size)
                .containsExactly(30L, 35L);
        assertThat(database.auditChain().unchained()).isEmpty();
        assertThat(database.auditChain().unchainedAge()).isZero();
    }

    @Test
    void moreEventsThanAreTakenAtOnceAreChainedInOneGo() throws Exception {
        manyEvents(2500);

        chainer.chain();

        assertThat(verified(tenant)).hasSize(2500).doesNotHaveDuplicates();
    }

    @Test
    void anEventThatCommitsLateIsChainedWhenItDoes() throws Exception {
        CountDownLatch inserted = new CountDownLatch(1);
        CountDownLatch mayCommit = new CountDownLatch(1);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<UUID> late =
                    threads.submit(() ->
                            database.transaction()
                                    .execute(_ -> {
                                        UUID event = events(tenant, 1).getFirst();
                                        inserted.countDown();
                                        await(mayCommit);
                                        return event;
                                    }));
            inserted.await();
            List<UUID> early = events(tenant, 3);
            assertThat(chainer.chain()).isTrue();
            assertThat(verified(tenant)).containsExactlyInAnyOrderElementsOf(early);

            mayCommit.countDown();
            UUID event = late.get();
            assertThat(chainer.chain()).isTrue();
            assertThat(verified(tenant)).hasSize(4).endsWith(event);
        }
    }

    @Test
    void twoProcessesAtOnceGiveNoPlaceTwice() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> recorder =
                    threads.submit(() -> {
                        for (int i = 0; i < 8; i++) {
                            manyEvents(50);
                        }
                    });
            List<Future<?>> processes = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                Chainer each = new Chainer(MailDatabase.of(mail), authority, clock);
                processes.add(
                        threads.submit(() -> {
                            while (!recorder.isDone()
                                    || !database.auditChain().unchained().isEmpty()) {
                                each.chain();
                            }
                        }));
            }
            recorder.get();
            for (Future<?> process : processes) {
                process.get();
            }
        }

        assertThat(verified(tenant)).hasSize(400).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whoIsKilledBetweenTheStepsLosesNothing(boolean signedBefore) throws Exception {
        List<UUID> events = events(tenant, 4);
        Chainer killed = new Chainer(database, dying(signedBefore), clock);

        assertThat(killed.chain()).isFalse();
        assertThat(database.auditChain().newestCheckpoint(tenant)).isEmpty();
        assertThat(database.auditChain().nextSequence(tenant)).isEqualTo(4);
        assertThat(authority.audited(tenant)).isEqualTo(signedBefore ? 4 : 0);
        events.addAll(events(tenant, 2));

        assertThat(chainer.chain()).isTrue();
        assertThat(verified(tenant)).containsExactlyInAnyOrderElementsOf(events);
    }

    @Test
    void oneTenantWhoseChainWasDamagedKeepsNoOtherWaiting() throws Exception {
        TenantId other = new TenantId(UUID.randomUUID());
        events(tenant, 2);
        assertThat(new Chainer(database, dying(false), clock).chain()).isFalse();
        tamper("DELETE FROM audit_chain WHERE sequence = 0");
        List<UUID> others = events(other, 2);

        assertThat(chainer.chain()).isFalse();

        assertThat(verified(other)).containsExactlyInAnyOrderElementsOf(others);
        assertThat(database.auditChain().unchained()).containsExactly(tenant);
    }

    @Test
    void whatWasChangedTogetherWithItsHashIsNeverSigned() throws Exception {
        events(tenant, 8);
        chainer.chain();
        tamper(
                "UPDATE audit_event SET kind = 'message.closed' WHERE event_id = (%s)"
                        .formatted(third()));
        ChainedEvent changed = database.auditChain().events(tenant, 2, 3).getFirst();
        tamper(
                "UPDATE audit_chain SET leaf_hash = decode('%s', 'hex') WHERE sequence = 2"
                        .formatted(HexFormat.of().formatHex(entry(changed).leafHash().toBytes())));
        tamper("DELETE FROM audit_checkpoint");

        events(tenant, 1);
        chainer.chain();

        MerkleTree rebuilt = MerkleTree.EMPTY;
        for (ChainedEvent event : database.auditChain().events(tenant, 0, 9)) {
            assertThat(entry(event).leafHash()).isEqualTo(event.leafHash());
            rebuilt = rebuilt.append(event.leafHash());
        }
        assertThat(signed().size()).isEqualTo(9);
        assertThat(signed().root()).isNotEqualTo(rebuilt.root());
    }

    @Test
    void placesThatWereSignedForAreNotGivenAgainWhenTheirEventsAreLost() throws Exception {
        List<UUID> events = events(tenant, 6);
        chainer.chain();
        Checkpoint before = signed();
        tamper("DELETE FROM audit_chain WHERE sequence > 3");
        tamper("DELETE FROM audit_checkpoint");
        tamper(
                """
                DELETE FROM audit_event e
                 WHERE NOT EXISTS (SELECT FROM audit_chain c WHERE c.event_id = e.event_id)
                """);

        UUID after = events(tenant, 1).getFirst();
        assertThat(chainer.chain()).isTrue();

        assertThat(database.auditChain().events(tenant, 0, 100))
                .extracting(ChainedEvent::sequence)
                .containsExactly(0L, 1L, 2L, 3L, 6L);
        assertThat(database.auditChain().events(tenant, 6, 7).getFirst().event().event())
                .isEqualTo(after);
        assertThat(events).doesNotContain(after);
        assertThat(before.size()).isEqualTo(6);
        assertThat(signed().size()).isEqualTo(7);
    }

    @Test
    void erasingAPersonLeavesTheChainWhole() throws Exception {
        MailboxId mailbox = new MailboxId(UUID.randomUUID());
        byte[] record = new byte[60];
        record[0] = 1;
        sql.sql(
                        "INSERT INTO tenant (tenant_id, name, portal_host, created_at) VALUES"
                                + " (:tenant, 'Clinic', 'clinic.example', now())")
                .param("tenant", tenant.value())
                .update();
        database.mailboxes()
                .insertIfAbsent(
                        tenant, mailbox, Mac256.sha256(new byte[1]), SealedRecord.of(record), NOON);
        authority.createTenant(tenant);
        database.audit()
                .insert(
                        tenant,
                        UUID.randomUUID(),
                        AuditKind.MESSAGE_OPENED,
                        Optional.of(mailbox),
                        Optional.of(UUID.randomUUID()),
                        NOON);
        chainer.chain();

        sql.sql("DELETE FROM mailbox").update();
        JdbcClient.create(ledger).sql("DELETE FROM tenant_key").update();
        List<UUID> more = events(tenant, 1);
        chainer.chain();

        assertThat(verified(tenant)).hasSize(2).containsAll(more);
    }

    @Test
    void howLongTheOldestEventWaitsIsKnown() {
        events(tenant, 2);
        sql.sql("UPDATE audit_unchained SET recorded_at = recorded_at - interval '1 hour'")
                .update();
        events(tenant, 1);

        assertThat(database.auditChain().unchainedAge())
                .isGreaterThanOrEqualTo(Duration.ofHours(1));
        chainer.chain();
        assertThat(database.auditChain().unchainedAge()).isZero();
    }

    @Test
    void itChainsByItselfOnceItWasStarted() throws Exception {
        List<UUID> events = events(tenant, 2);
        try (Chainer running = new Chainer(database, authority, clock)) {
            running.start();
            Awaitility.await().until(() -> database.auditChain().unchained().isEmpty());
            events.addAll(events(tenant, 1));
            Awaitility.await().until(() -> database.auditChain().unchained().isEmpty());
        }
        assertThat(verified(tenant)).containsExactlyInAnyOrderElementsOf(events);
    }

    /// The events in their order, after all of them were found to be what was signed.
    private List<UUID> verified(TenantId of) throws Exception {
        Checkpoint checkpoint = signed(of);
        MerkleTree tree = MerkleTree.EMPTY;
        List<UUID> events = new ArrayList<>();
        for (ChainedEvent event : database.auditChain().events(of, 0, Long.MAX_VALUE)) {
            assertThat(event.sequence()).isEqualTo(tree.size());
            assertThat(event.leafHash()).isEqualTo(entry(of, event).leafHash());
            tree = tree.append(event.leafHash());
            events.add(event.event().event());
        }
        assertThat(checkpoint.size()).isEqualTo(tree.size());
        assertThat(checkpoint.root()).isEqualTo(tree.root());
        return events;
    }

    private Checkpoint signed() throws Exception {
        return signed(tenant);
    }

    private Checkpoint signed(TenantId of) throws Exception {
        return authority
                .auditKey(of)
                .open(database.auditChain().newestCheckpoint(of).orElseThrow().note());
    }

    private AuditEntry entry(ChainedEvent event) {
        return entry(tenant, event);
    }

    private static AuditEntry entry(TenantId of, ChainedEvent chained) {
        return new AuditEntry(
                of.value(),
                chained.sequence(),
                chained.event().event(),
                chained.event().happenedAt(),
                chained.event().kind(),
                chained.event().mailbox().map(MailboxId::value),
                chained.event().object());
    }

    private void manyEvents(int count) {
        sql.sql(
                        """
                        INSERT INTO audit_event (tenant_id, event_id, kind, happened_at)
                        SELECT :tenant, gen_random_uuid(), 'message.opened', now() FROM generate_series(1, :count)
                        """)
                .param("tenant", tenant.value())
                .param("count", count)
                .update();
    }

    private List<UUID> events(TenantId of, int count) {
        List<UUID> events = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            UUID event = UUID.randomUUID();
            database.audit()
                    .insert(
                            of,
                            event,
                            AuditKind.MESSAGE_OPENED,
                            Optional.of(new MailboxId(UUID.randomUUID())),
                            Optional.of(UUID.randomUUID()),
                            clock.instant());
            events.add(event);
        }
        return events;
    }

    private static String third() {
        return "SELECT event_id FROM audit_chain WHERE sequence = 2";
    }

    /// What a superuser can do whom no trigger stops.
    private void tamper(String change) {
        database.transaction()
                .executeWithoutResult(_ -> {
                    sql.sql("SET LOCAL session_replication_role = replica").update();
                    assertThat(sql.sql(change).update()).isPositive();
                });
    }

    /// The authority, whose caller is killed when it was asked to sign.
    ///
    /// @param signs whether it still does
    private Authority dying(boolean signs) {
        return (Authority)
                Proxy.newProxyInstance(
                        getClass().getClassLoader(),
                        new Class<?>[] {Authority.class},
                        (_, method, arguments) -> {
                            boolean checkpoint = method.getName().equals("checkpoint");
                            if (checkpoint && !signs) {
                                throw new IllegalStateException("killed");
                            }
                            try {
                                Object answer = method.invoke(authority, arguments);
                                if (checkpoint) {
                                    throw new IllegalStateException("killed");
                                }
                                return answer;
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
