package org.postern.db.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.postern.db.TestValues.NOW;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.crypto.sealed.Mac256;
import org.postern.crypto.sealed.SealedRecord;
import org.postern.db.AtOnce;
import org.postern.db.ConnectorId;
import org.postern.db.MailboxId;
import org.postern.db.TenantId;
import org.postern.db.TestDatabases;
import org.postern.db.TestValues;
import org.postern.db.ThreadId;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Mailboxes, threads, sign-in requests, tenants, snapshots and audit events.
class SmallStoresTest {

    private final DataSource pool = TestDatabases.mail();
    private final JdbcClient sql = JdbcClient.create(pool);
    private final MailDatabase database = MailDatabase.of(pool);
    private final Household ours = new Household(database, "ours.example");
    private final TenantId tenant = ours.tenant();

    // Mailboxes

    @Test
    void aMailboxKeepsTheAddressItWasMadeWith() {
        MailboxId mailbox = TestValues.mailbox();
        Mac256 mac = TestValues.mac();
        SealedRecord address = TestValues.record();
        database.mailboxes().insertIfAbsent(tenant, mailbox, mac, address, NOW);

        database.mailboxes().insertIfAbsent(tenant, mailbox, mac, TestValues.record(), NOW);

        assertThat(database.mailboxes().findAddress(tenant, mailbox)).contains(address);
        assertThat(database.mailboxes().findAddress(tenant, TestValues.mailbox())).isEmpty();
    }

    @Test
    void anAddressHasOneMailboxTheNewest() {
        Mac256 mac = TestValues.mac();
        MailboxId older = TestValues.mailbox();
        MailboxId newer = TestValues.mailbox();
        database.mailboxes().insertIfAbsent(tenant, older, mac, TestValues.record(), NOW);

        database.mailboxes().insertIfAbsent(tenant, newer, mac, TestValues.record(), NOW);

        assertThat(database.mailboxes().find(tenant, mac)).contains(newer);
        assertThat(database.mailboxes().findAddress(tenant, newer)).isPresent();
        assertThat(database.mailboxes().findAddress(tenant, older)).isEmpty();
    }

    @Test
    void aDamagedAddressIsSaidToBeSo() {
        MailboxId mailbox = ours.mailbox();
        sql.sql("UPDATE mailbox SET sealed_address = 'ann@example.com'::bytea").update();

        assertThatExceptionOfType(DamagedRowException.class)
                .isThrownBy(() -> database.mailboxes().findAddress(tenant, mailbox))
                .withMessageNotContaining("ann");
    }

    // Threads

    @Test
    void aThreadIsFoundByAnyMsgIdItMentions() {
        ThreadId thread = ours.thread(NOW);
        List<Mac256> msgIds = macs(50);
        database.threads().mention(tenant, thread, msgIds);

        for (Mac256 msgId : msgIds) {
            assertThat(database.threads().find(tenant, List.of(TestValues.mac(), msgId)))
                    .contains(thread);
        }
        assertThat(database.threads().find(tenant, macs(50))).isEmpty();
        assertThat(database.threads().find(tenant, List.of())).isEmpty();
    }

    @Test
    void theOldestOfSeveralThreadsIsFound() {
        ThreadId young = ours.thread(NOW.plusSeconds(1));
        ThreadId old = ours.thread(NOW);
        Mac256 ofYoung = TestValues.mac();
        Mac256 ofOld = TestValues.mac();
        database.threads().mention(tenant, young, List.of(ofYoung));
        database.threads().mention(tenant, old, List.of(ofOld));

        assertThat(database.threads().find(tenant, List.of(ofYoung, ofOld))).contains(old);
    }

    @Test
    void aMsgIdStaysWithTheThreadThatMentionedItFirst() {
        ThreadId young = ours.thread(NOW.plusSeconds(1));
        ThreadId old = ours.thread(NOW);
        Mac256 msgId = TestValues.mac();
        database.threads().mention(tenant, young, List.of(msgId, msgId));

        database.threads().mention(tenant, old, List.of(msgId));

        assertThat(database.threads().find(tenant, List.of(msgId))).contains(young);
    }

    @Test
    void aThreadBeginsOnce() {
        ThreadId thread = ours.thread(NOW);

        assertThatExceptionOfType(DuplicateKeyException.class)
                .isThrownBy(() -> database.threads().begin(tenant, thread, List.of(), NOW));
    }

    @Test
    void oneTransactionAtATimeDecidesAboutAMsgId() throws Exception {
        Mac256 msgId = TestValues.mac();

        AtOnce.run(
                8,
                _ ->
                        () -> {
                            database.transaction()
                                    .executeWithoutResult(_ -> {
                                        database.threads()
                                                .lock(tenant, List.of(TestValues.mac(), msgId));
                                        if (database.threads()
                                                .find(tenant, List.of(msgId))
                                                .isEmpty()) {
                                            ThreadId begun = ours.thread(NOW);
                                            database.threads()
                                                    .mention(tenant, begun, List.of(msgId));
                                        }
                                    });
                            return true;
                        });

        assertThat(sql.sql("SELECT count(*) FROM thread").query(Long.class).single()).isEqualTo(1);
    }

    @Test
    void messagesOfOtherThreadsDoNotWait() throws Exception {
        Mac256 ours = TestValues.mac();
        whileLocked(
                () -> database.threads().lock(tenant, List.of(ours)),
                impatient -> impatient.lock(tenant, List.of(TestValues.mac())));
        assertThatExceptionOfType(DataAccessException.class)
                .isThrownBy(() ->
                        whileLocked(
                                () -> database.threads().lock(tenant, List.of(ours)),
                                impatient -> impatient.lock(tenant, List.of(ours))));
    }

    @Test
    void whoDecidesAboutAllThreadsHasNobodyBesideHim() {
        assertThatExceptionOfType(DataAccessException.class)
                .isThrownBy(() ->
                        whileLocked(
                                () -> database.threads().lock(tenant),
                                impatient -> impatient.lock(tenant, List.of())));
    }

    @Test
    void oneTenantsThreadsKeepNoOtherTenantWaiting() throws Exception {
        TenantId other = new Household(database, "theirs.example").tenant();
        whileLocked(() -> database.threads().lock(tenant), impatient -> impatient.lock(other));
    }

    private void whileLocked(Runnable lock, Consumer<ThreadStore> impatiently) throws Exception {
        CountDownLatch locked = new CountDownLatch(1);
        CountDownLatch commit = new CountDownLatch(1);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> slow =
                    threads.submit(() ->
                            database.transaction()
                                    .executeWithoutResult(_ -> {
                                        lock.run();
                                        locked.countDown();
                                        await(commit);
                                    }));
            locked.await();

            MailDatabase impatient = MailDatabase.of(TestDatabases.mailWithoutPatience());
            try {
                impatient
                        .transaction()
                        .executeWithoutResult(_ -> impatiently.accept(impatient.threads()));
                assertThat(slow.isDone()).isFalse();
            } finally {
                commit.countDown();
            }
            slow.get();
        }
    }

    // Sign-in requests

    @Test
    void aSignInRequestIsReadAsItWasMade() {
        SignInRequest request = request();
        assertThat(database.signInRequests().insertIfAbsent(tenant, request)).isTrue();

        assertThat(database.signInRequests().find(tenant, request.header().object()))
                .contains(request);
        assertThat(database.signInRequests().find(tenant, UUID.randomUUID())).isEmpty();
        assertThat(database.signInRequests().insertIfAbsent(tenant, request)).isFalse();
    }

    @Test
    void requestsAreForgottenWhenTheyAreOldAndNoSooner() {
        SignInRequest request = request();
        database.signInRequests().insertIfAbsent(tenant, request);

        assertThat(database.signInRequests().deleteBefore(NOW)).isZero();
        assertThat(database.signInRequests().find(tenant, request.header().object())).isPresent();
        assertThat(database.signInRequests().deleteBefore(NOW.plusMillis(1))).isEqualTo(1);
        assertThat(database.signInRequests().find(tenant, request.header().object())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "header = ''",
                "spool_slot = ''",
                "sealed_address = ''",
                "request_id = '00000000-0000-7000-8000-000000000001'"
            })
    void aDamagedRequestIsSaidToBeSo(String damage) {
        SignInRequest request = request();
        database.signInRequests().insertIfAbsent(tenant, request);
        sql.sql("UPDATE sign_in_request SET " + damage).update();
        UUID id = sql.sql("SELECT request_id FROM sign_in_request").query(UUID.class).single();

        assertThatExceptionOfType(DamagedRowException.class)
                .isThrownBy(() -> database.signInRequests().find(tenant, id));
    }

    // Tenants

    @Test
    void whatATenantDecidesAboutItsMailIsKept() {
        MailRules rules =
                new MailRules(
                        List.of(MailRules.Brackets.CURLY, MailRules.Brackets.PIPES),
                        List.of("[encrypt]", "#secure"),
                        List.of(new MailRules.MarkField("X-Seal", "yes, please")),
                        true,
                        new MailRules.Keeping(30, 0));

        database.tenants().updateRules(tenant, rules);

        assertThat(database.tenants().rules(tenant)).isEqualTo(rules);
        assertThat(database.tenants().all()).extracting(Tenant::rules).containsExactly(rules);
    }

    @Test
    void aTenantIsReadWithItsDomainsAndConnectors() {
        TenantId other = TestValues.tenant();
        Tenant.Connector first = connector("gateway", List.of("192.0.2.0/24", "2001:db8::/32"));
        Tenant.Connector second =
                connector("other", List.of())
                        .withEnvelopeSenderOnly(true)
                        .withPassword("SCRAM-SHA-256$4096:salt$stored:server")
                        .withCertificates(List.of("pin", "other pin"))
                        .withSealsAll(true)
                        .withNextHop(new Tenant.NextHop("mx.example", 25));
        database.tenants()
                .insert(other, "Théirs", "Portal.Theirs.Example", Optional.of("SEAL.example"), NOW);
        database.tenants().insertDomain(other, "Theirs.Example", NOW);
        database.tenants().insertDomain(other, "a.example", NOW);
        database.tenants().insertConnector(other, first, NOW);
        database.tenants().insertConnector(other, second, NOW.plusSeconds(1));
        Tenant.Connector third =
                inCloud("third", List.of("digest"), true)
                        .withNextHop(new Tenant.NextHop("mx.example", 25));
        database.tenants().insertConnector(other, third, NOW.plusSeconds(2));
        Tenant.Connector fourth =
                connector("fourth", List.of())
                        .withClientAuthority(
                                new Tenant.ClientAuthority(
                                        List.of("AQID", "BAUG"),
                                        List.of("a.example", "*.b.example")));
        database.tenants().insertConnector(other, fourth, NOW.plusSeconds(3));

        assertThat(database.tenants().all())
                .containsExactlyInAnyOrder(
                        new Tenant(
                                tenant,
                                "ours.example",
                                "ours.example",
                                Optional.empty(),
                                List.of(),
                                List.of(),
                                MailRules.DEFAULT),
                        new Tenant(
                                other,
                                "Théirs",
                                "portal.theirs.example",
                                Optional.of("seal.example"),
                                List.of("a.example", "theirs.example"),
                                List.of(first, second, third, fourth),
                                MailRules.DEFAULT));
    }

    private static Tenant.Connector inCloud(String name, List<String> secrets, boolean dkim) {
        return connector(name, List.of("192.0.2.0/24"))
                .withSharedCloud(new Tenant.SharedCloud(List.of("cloud.example"), secrets, dkim));
    }

    @Test
    void theLastTwoSecretsOfAConnectorAreKept() {
        Tenant.Connector cloud = inCloud("cloud", List.of("first"), false);
        Tenant.Connector signing = inCloud("signing", List.of(), true);
        TenantStore tenants = database.tenants();
        tenants.insertConnector(tenant, cloud, NOW);
        tenants.insertConnector(tenant, signing, NOW);

        assertThat(tenants.rotateSecret(tenant, cloud.id(), "second")).isTrue();
        assertThat(secrets()).containsExactly("second", "first");
        assertThat(tenants.rotateSecret(tenant, cloud.id(), "third")).isTrue();
        assertThat(secrets()).containsExactly("third", "second");

        assertThat(tenants.rotateSecret(TestValues.tenant(), cloud.id(), "x")).isFalse();
        assertThat(tenants.rotateSecret(tenant, signing.id(), "x")).isFalse();
        assertThat(secrets()).containsExactly("third", "second");
    }

    private List<String> secrets() {
        return database.tenants().all().stream()
                .flatMap(each -> each.connectors().stream())
                .filter(connector -> connector.name().equals("cloud"))
                .flatMap(
                        connector -> connector.sharedCloud().orElseThrow().secretHeaders().stream())
                .toList();
    }

    @Test
    void aConnectorInASharedCloudIsProvenByTheMessageToo() {
        for (Tenant.Connector half :
                List.of(
                        inCloud("x", List.of(), false),
                        inCloud("x", List.of("a", "b", "c"), false))) {
            assertThatExceptionOfType(DataIntegrityViolationException.class)
                    .isThrownBy(() -> database.tenants().insertConnector(tenant, half, NOW));
        }
    }

    @Test
    void anAuthorityAndTheNamesItVouchesForBelongTogether() {
        for (Tenant.ClientAuthority half :
                List.of(
                        new Tenant.ClientAuthority(List.of("AQID"), List.of()),
                        new Tenant.ClientAuthority(List.of(), List.of("a.example")))) {
            Tenant.Connector connector =
                    connector("x", List.of("192.0.2.0/24")).withClientAuthority(half);
            assertThatExceptionOfType(DataIntegrityViolationException.class)
                    .isThrownBy(() -> database.tenants().insertConnector(tenant, connector, NOW));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ours.example", "OURS.example", "Ours.Example"})
    void aHostIsFoundHoweverItIsWrittenAndOnlyAsAWhole(String host) {
        assertThat(database.tenants().findByHost(host)).contains(tenant);
        assertThat(database.tenants().findByHost("x." + host)).isEmpty();
        assertThat(database.tenants().findByHost(host + ".")).isEmpty();
        assertThat(database.tenants().findByHost("%")).isEmpty();
        assertThat(database.tenants().findByHost("ours.example' OR '1'='1")).isEmpty();
    }

    @Test
    void aHostASuffixAndADomainBelongToOneTenant() {
        TenantId one = TestValues.tenant();
        TenantId two = TestValues.tenant();
        TenantStore tenants = database.tenants();
        tenants.insert(one, "One", "one.example", Optional.of("seal.example"), NOW);
        tenants.insert(two, "Two", "two.example", Optional.empty(), NOW);
        tenants.insertDomain(one, "mail.example", NOW);

        assertThatExceptionOfType(DuplicateKeyException.class)
                .isThrownBy(() ->
                        tenants.insert(
                                TestValues.tenant(), "x", "ONE.example", Optional.empty(), NOW));
        assertThatExceptionOfType(DuplicateKeyException.class)
                .isThrownBy(() ->
                        tenants.insert(
                                TestValues.tenant(),
                                "x",
                                "x.example",
                                Optional.of("Seal.Example"),
                                NOW));
        assertThatExceptionOfType(DuplicateKeyException.class)
                .isThrownBy(() -> tenants.insertDomain(two, "MAIL.example", NOW));
        assertThatExceptionOfType(DuplicateKeyException.class)
                .isThrownBy(() -> tenants.insertDomain(one, "mail.example", NOW));
    }

    @Test
    void aConnectorComesFromSomewhereAndADomainBelongsToSomebody() {
        assertThatExceptionOfType(DataIntegrityViolationException.class)
                .isThrownBy(() ->
                        database.tenants().insertConnector(tenant, connector("x", List.of()), NOW));
        assertThatExceptionOfType(DataIntegrityViolationException.class)
                .isThrownBy(() ->
                        database.tenants().insertDomain(TestValues.tenant(), "x.example", NOW));
        assertThatExceptionOfType(DataIntegrityViolationException.class)
                .isThrownBy(() ->
                        database.tenants()
                                .insert(
                                        TestValues.tenant(),
                                        "",
                                        "y.example",
                                        Optional.empty(),
                                        NOW));
    }

    // Snapshots

    @Test
    void theNewestSnapshotCounts() {
        assertThat(database.snapshots().newest()).isEmpty();
        SignedSnapshot first = snapshot(1);
        SignedSnapshot second = snapshot(2);
        database.snapshots().insert(second, NOW);

        database.snapshots().insert(first, NOW.plusSeconds(1));

        assertThat(database.snapshots().newest()).contains(second);
    }

    @Test
    void twoSnapshotsNeverHaveOneNumber() throws Exception {
        List<Boolean> published =
                AtOnce.run(
                        6,
                        _ ->
                                () -> {
                                    try {
                                        database.snapshots().insert(snapshot(7), NOW);
                                        return true;
                                    } catch (DuplicateKeyException e) {
                                        return false;
                                    }
                                });

        assertThat(published).containsOnlyOnce(true);
    }

    @Test
    void aFewOldSnapshotsAreKeptAndNoMore() {
        for (int number = 1; number <= 30; number++) {
            database.snapshots().insert(snapshot(number), NOW);
        }

        assertThat(sql.sql("SELECT count(*) FROM snapshot").query(Long.class).single())
                .isEqualTo(10);
        assertThat(database.snapshots().newest().orElseThrow().number()).isEqualTo(30);
    }

    @Test
    void aSnapshotCannotBeChangedByWhoHoldsItsBytes() {
        byte[] document = "{}".getBytes(UTF_8);
        SignedSnapshot snapshot = new SignedSnapshot(1, document, TestValues.signature());

        document[0] = 0;
        snapshot.document()[1] = 0;

        assertThat(snapshot.document()).isEqualTo("{}".getBytes(UTF_8));
    }

    // Audit events

    @Test
    void anAuditEventIsInsertedWithTheFactOrNotAtAll() {
        UUID event = UUID.randomUUID();
        UUID object = UUID.randomUUID();
        MailboxId mailbox = TestValues.mailbox();
        database.transaction()
                .executeWithoutResult(transaction -> {
                    audit(UUID.randomUUID(), Optional.empty(), Optional.empty());
                    transaction.setRollbackOnly();
                });

        audit(event, Optional.of(mailbox), Optional.of(object));

        assertThat(Rows.one(sql, "SELECT * FROM audit_event"))
                .containsEntry("tenant_id", tenant.toString())
                .containsEntry("event_id", event.toString())
                .containsEntry("kind", "message.opened")
                .containsEntry("mailbox_id", mailbox.toString())
                .containsEntry("object_id", object.toString());
    }

    @Test
    void anEventHappensOnce() {
        UUID event = UUID.randomUUID();
        audit(event, Optional.empty(), Optional.empty());

        assertThatExceptionOfType(DuplicateKeyException.class)
                .isThrownBy(() -> audit(event, Optional.empty(), Optional.empty()));
    }

    private void audit(UUID event, Optional<MailboxId> mailbox, Optional<UUID> object) {
        database.audit().insert(tenant, event, AuditKind.MESSAGE_OPENED, mailbox, object, NOW);
    }

    private SignInRequest request() {
        return new SignInRequest(
                TestValues.header(tenant, UUID.randomUUID()),
                TestValues.spoolSlot(),
                TestValues.record(),
                TestValues.mac(),
                NOW);
    }

    private static SignedSnapshot snapshot(int number) {
        return new SignedSnapshot(
                number, ("{\"number\":" + number + "}").getBytes(UTF_8), TestValues.signature());
    }

    private static Tenant.Connector connector(String name, List<String> ranges) {
        return Tenant.Connector.of(new ConnectorId(UUID.randomUUID()), name, ranges);
    }

    private static List<Mac256> macs(int count) {
        List<Mac256> macs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            macs.add(TestValues.mac());
        }
        return macs;
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
