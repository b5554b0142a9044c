package org.postern.db.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.postern.db.TestValues.NOW;

import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.postern.crypto.sealed.Mac256;
import org.postern.db.JobId;
import org.postern.db.MailboxId;
import org.postern.db.TenantId;
import org.postern.db.TestDatabases;
import org.postern.db.TestValues;
import org.postern.db.ThreadId;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Two tenants who have everything under the same ids: neither sees, changes or hinders the other.
class TenantIsolationTest {

    private final DataSource pool = TestDatabases.mail();
    private final JdbcClient sql = JdbcClient.create(pool);
    private final MailDatabase database = MailDatabase.of(pool);
    private final Household ours = new Household(database, "ours.example");
    private final Household theirs = new Household(database, "theirs.example");

    @Test
    void theTenantIsTheFirstArgumentOfEveryMethodOfAStore() {
        // Exceptions: claims and what ends them, and what belongs to the cluster
        // (ARCHITECTURE.md, "Stores"); findByHost is how a tenant is found.
        Set<String> exceptions =
                Set.of(
                        "ArrivalStore.insertIfAbsent",
                        "ArrivalStore.claim",
                        "ArrivalStore.extend",
                        "ArrivalStore.complete",
                        "ArrivalStore.retry",
                        "ArrivalStore.releaseClaims",
                        "ArrivalStore.waiting",
                        "ArrivalStore.oldest",
                        "ArrivalStore.known",
                        "ArrivalStore.oldestSpoolKey",
                        "DeletionStore.recorded",
                        "JobStore.claim",
                        "JobStore.claimElsewhere",
                        "JobStore.claimUrgent",
                        "JobStore.destinations",
                        "JobStore.putBack",
                        "JobStore.extend",
                        "JobStore.complete",
                        "JobStore.discard",
                        "JobStore.retry",
                        "JobStore.releaseClaims",
                        "JobStore.takeBack",
                        "JobStore.waiting",
                        "SignInRequestStore.deleteBefore",
                        "AuditChainStore.unchained",
                        "AuditChainStore.unchainedAge",
                        "BoardStore.deleteBefore",
                        "BoardStore.insertIfAbsent",
                        "BoardStore.since",
                        "JobStore.oldestDue",
                        "SnapshotStore.insert",
                        "SnapshotStore.newest",
                        "TenantStore.all",
                        "TenantStore.findByHost");
        Set<String> without = new TreeSet<>();
        Arrays.stream(MailDatabase.class.getRecordComponents())
                .map(component -> component.getType())
                .filter(type -> type.getSimpleName().endsWith("Store"))
                .flatMap(type -> Stream.of(type.getDeclaredMethods()))
                .filter(method -> Modifier.isPublic(method.getModifiers()))
                .filter(method ->
                        method.getParameterCount() == 0
                                || method.getParameterTypes()[0] != TenantId.class)
                .forEach(method ->
                        without.add(
                                method.getDeclaringClass().getSimpleName()
                                        + "."
                                        + method.getName()));

        assertThat(without).containsExactlyInAnyOrderElementsOf(exceptions);
    }

    @Test
    void everyReadOfOneTenantSeesNothingOfAnother() {
        MailboxId mailbox = ours.mailbox();
        ThreadId thread = ours.thread(NOW);
        Mac256 msgId = TestValues.mac();
        database.threads().mention(ours.tenant(), thread, List.of(msgId));
        Mac256 mac = TestValues.mac();
        StoredMessage message = ours.message(thread, NOW, mac);
        StoredSlot slot =
                ours.slot(message, mailbox, true, true, Optional.of(mac), Optional.empty());
        database.messages().insert(ours.tenant(), message, List.of(slot));
        database.jobs()
                .insertIfAbsent(
                        ours.tenant(),
                        new JobId(UUID.randomUUID()),
                        "notice",
                        message.id().value(),
                        Optional.of(mailbox),
                        NOW);
        SignInRequest request = request(ours.tenant(), UUID.randomUUID());
        database.signInRequests().insertIfAbsent(ours.tenant(), request);
        TenantId other = theirs.tenant();

        assertThat(database.messages().find(other, message.id())).isEmpty();
        assertThat(database.messages().findSlot(other, message.id(), mailbox)).isEmpty();
        assertThat(database.messages().received(other, mailbox, Optional.empty(), 10, NOW).slots())
                .isEmpty();
        assertThat(database.messages().sent(other, mailbox, Optional.empty(), 10, NOW).slots())
                .isEmpty();
        assertThat(database.messages().unopened(other, mailbox, NOW)).isZero();
        assertThat(database.messages().thread(other, mailbox, thread, 10)).isEmpty();
        assertThat(database.messages().copies(other, mailbox, List.of(mac), 10)).isEmpty();
        assertThat(database.duplicates().told(other, mac, "notice", NOW, NOW)).isEmpty();
        assertThat(database.duplicates().told(ours.tenant(), mac, "notice", NOW, NOW))
                .containsEntry(mailbox, message.id());
        assertThat(database.mailboxes().findAddress(other, mailbox)).isEmpty();
        assertThat(database.threads().find(other, List.of(msgId))).isEmpty();
        assertThat(database.signInRequests().find(other, request.header().object())).isEmpty();
    }

    @Test
    void theSameIdsOfTwoTenantsAreDifferentThings() {
        MailboxId mailbox = TestValues.mailbox();
        ThreadId thread = TestValues.thread();
        UUID id = UUID.randomUUID();
        Mac256 mac = TestValues.mac();
        for (Household household : List.of(ours, theirs)) {
            database.mailboxes()
                    .insertIfAbsent(household.tenant(), mailbox, mac, TestValues.record(), NOW);
            database.threads().begin(household.tenant(), thread, List.of(mac), NOW);
            StoredMessage message = household.message(id, thread, NOW);
            StoredSlot slot = household.received(message, mailbox);
            database.messages().insert(household.tenant(), message, List.of(slot));
            database.signInRequests()
                    .insertIfAbsent(household.tenant(), request(household.tenant(), id));
            database.audit()
                    .insert(
                            household.tenant(),
                            id,
                            AuditKind.MESSAGE_OPENED,
                            Optional.of(mailbox),
                            Optional.of(id),
                            NOW);

            assertThat(database.messages().find(household.tenant(), message.id()))
                    .contains(message);
            assertThat(database.messages().findSlot(household.tenant(), message.id(), mailbox))
                    .contains(slot);
            assertThat(database.messages().unopened(household.tenant(), mailbox, NOW)).isEqualTo(1);
        }
    }

    @Test
    void markingAMessageOpenedTouchesNoOtherTenantsSlot() {
        MailboxId mailbox = ours.mailbox();
        StoredMessage message = ours.message(ours.thread(NOW), NOW);
        database.messages()
                .insert(ours.tenant(), message, List.of(ours.received(message, mailbox)));
        Map<String, @Nullable String> row = Rows.one(sql, "SELECT * FROM slot");

        database.messages().markOpened(theirs.tenant(), message.id(), mailbox, NOW);

        assertThat(Rows.one(sql, "SELECT * FROM slot")).isEqualTo(row);
    }

    @Test
    void nothingOfOneTenantCanHangOnAnothers() {
        MailboxId mailbox = ours.mailbox();
        ThreadId thread = ours.thread(NOW);
        StoredMessage inOurThread = theirs.message(thread, NOW);
        StoredMessage theirMessage = theirs.message(theirs.thread(NOW), NOW);

        assertThatExceptionOfType(DataIntegrityViolationException.class)
                .isThrownBy(
                        () -> database.messages().insert(theirs.tenant(), inOurThread, List.of()));
        assertThatExceptionOfType(DataIntegrityViolationException.class)
                .isThrownBy(() ->
                        database.messages()
                                .insert(
                                        theirs.tenant(),
                                        theirMessage,
                                        List.of(theirs.received(theirMessage, mailbox))));
        assertThatExceptionOfType(DataIntegrityViolationException.class)
                .isThrownBy(() ->
                        database.threads()
                                .mention(theirs.tenant(), thread, List.of(TestValues.mac())));
    }

    @Test
    void aRowCopiedToAnotherTenantIsSeenToBeNoneOfIts() {
        MailboxId mailbox = ours.mailbox();
        StoredMessage message = ours.message(ours.thread(NOW), NOW);
        database.messages()
                .insert(ours.tenant(), message, List.of(ours.received(message, mailbox)));
        SignInRequest request = request(ours.tenant(), UUID.randomUUID());
        database.signInRequests().insertIfAbsent(ours.tenant(), request);
        for (String table : List.of("mailbox", "thread", "message", "slot", "sign_in_request")) {
            sql.sql(
                            "INSERT INTO %1$s SELECT (jsonb_populate_record(t, jsonb_build_object('tenant_id', :other::text))).* FROM %1$s t"
                                    .formatted(table))
                    .param("other", theirs.tenant().toString())
                    .update();
        }

        assertThatExceptionOfType(DamagedRowException.class)
                .isThrownBy(() -> database.messages().find(theirs.tenant(), message.id()));
        assertThatExceptionOfType(DamagedRowException.class)
                .isThrownBy(
                        () -> database.messages().findSlot(theirs.tenant(), message.id(), mailbox));
        assertThat(
                        database.messages()
                                .received(theirs.tenant(), mailbox, Optional.empty(), 10, NOW)
                                .slots())
                .isEmpty();
        assertThatExceptionOfType(DamagedRowException.class)
                .isThrownBy(() ->
                        database.signInRequests().find(theirs.tenant(), request.header().object()));
    }

    @Test
    void aClaimSaysWhoseItIs() {
        for (Household household : List.of(ours, theirs)) {
            database.jobs()
                    .insertIfAbsent(
                            household.tenant(),
                            new JobId(UUID.randomUUID()),
                            "notice",
                            UUID.randomUUID(),
                            Optional.empty(),
                            NOW);
        }

        assertThat(database.jobs().claim(10, NOW, Duration.ofMinutes(1)))
                .extracting(Job::tenant)
                .containsExactlyInAnyOrder(ours.tenant(), theirs.tenant());
    }

    private static SignInRequest request(TenantId tenant, UUID id) {
        return new SignInRequest(
                TestValues.header(tenant, id),
                TestValues.spoolSlot(),
                TestValues.record(),
                TestValues.mac(),
                NOW);
    }
}
