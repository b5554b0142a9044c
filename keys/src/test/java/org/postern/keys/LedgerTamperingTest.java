package org.postern.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postern.crypto.sealed.Mac256;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.Slot;
import org.postern.db.MailboxId;
import org.postern.db.TenantId;
import org.postern.keys.KeyScene.Sealed;
import org.postern.keys.KeyService.Admitted;
import org.postern.keys.KeyService.ReadingKey;
import org.postern.keys.KeyService.Redemption;
import org.postern.keys.ledger.DamagedLedgerException;
import org.postern.keys.provider.LocalKeystore;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Somebody exchanges rows of the ledger (promise P7).
class LedgerTamperingTest {

    private static final String PATIENT = "patient@example.org";
    private static final String DAUGHTER = "daughter@example.org";

    private final LedgerUnderTest ledger = new LedgerUnderTest();

    private KeyScene scene;
    private TenantId tenant;
    private Sealed message;
    private Slot slot;
    private MailboxId patient;
    private MailboxId daughter;
    private ReadingKey reader;

    @BeforeEach
    void deliverToTwo() throws Exception {
        scene = ledger.start();
        tenant = scene.tenant();
        message = scene.message(tenant, Optional.empty(), PATIENT, DAUGHTER);
        Admitted admitted = scene.admit(message);
        slot = KeyScene.of(admitted, PATIENT).slot();
        patient = KeyScene.of(admitted, PATIENT).mailbox();
        daughter = KeyScene.of(admitted, DAUGHTER).mailbox();
        reader = scene.signIn(tenant, PATIENT).reader();
    }

    @Test
    void aMailboxKeyInAnotherMailboxsRowOpensNothing() {
        swap("mailbox", "wrapped_key", "mailbox_id", patient.value(), daughter.value());

        assertThatThrownBy(this::open).isInstanceOf(DamagedLedgerException.class);
    }

    @Test
    void anAddressInAnotherMailboxsRowIsNotBelieved() {
        swap("mailbox", "sealed_address", "mailbox_id", patient.value(), daughter.value());

        assertThatThrownBy(() -> scene.keys().own(tenant, reader))
                .isInstanceOf(DamagedLedgerException.class);
        assertThatThrownBy(() -> scene.issue(tenant, PATIENT, scene.browser()))
                .as("no link for one mailbox goes to another's address")
                .isInstanceOf(DamagedLedgerException.class);
    }

    @Test
    void aLookUpValueInAnotherMailboxsRowSignsNobodyInElsewhere() {
        sql("ALTER TABLE mailbox DROP CONSTRAINT mailbox_tenant_id_address_mac_key");
        swap("mailbox", "address_mac", "mailbox_id", patient.value(), daughter.value());

        assertThatThrownBy(() -> scene.issue(tenant, PATIENT, scene.browser()))
                .isInstanceOf(DamagedLedgerException.class);
    }

    @Test
    void aShredSecretInAnotherMailboxsRowOpensNothing() throws Exception {
        swap("shred_secret", "wrapped_secret", "mailbox_id", patient.value(), daughter.value());

        assertThatThrownBy(this::open).isInstanceOf(OpeningFailedException.class);
    }

    @Test
    void aShredSecretOfAnotherMessageOpensNothingAndSpoilsNoPage() throws Exception {
        Sealed second = scene.message(tenant, Optional.empty(), PATIENT);
        Sealed third = scene.message(tenant, Optional.empty(), PATIENT);
        scene.admit(second);
        scene.admit(third);
        swap(
                "shred_secret",
                "wrapped_secret",
                "object_id",
                message.message().value(),
                second.message().value());

        assertThatThrownBy(this::open).isInstanceOf(OpeningFailedException.class);
        assertThat(
                        scene.keys()
                                .summaries(
                                        tenant,
                                        reader,
                                        Set.of(message.name(), second.name(), third.name())))
                .containsOnlyKeys(third.message());
    }

    @Test
    void keysOfAnotherTenantOpenNothing() throws Exception {
        TenantId other = scene.tenant();
        for (String purpose : List.of("tenant", "index", "operations")) {
            swapTenantKey(purpose, other);

            KeyScene restarted = ledger.start();
            assertThatThrownBy(() -> restarted.authority().lend(tenant))
                    .isInstanceOf(DamagedLedgerException.class);
            assertThatThrownBy(() -> restarted.keys().open(tenant, reader, message.name(), slot))
                    .isInstanceOf(DamagedLedgerException.class);

            swapTenantKey(purpose, other);
        }
        open();
    }

    @Test
    void oneTenantKeyInThePlaceOfAnotherPurposeOpensNothing() {
        sql(
                """
                UPDATE tenant_key SET wrapped_key = other.wrapped_key FROM tenant_key other
                 WHERE tenant_key.tenant_id = other.tenant_id AND tenant_key.purpose = 'index' AND other.purpose = 'operations'
                """);

        assertThatThrownBy(() -> ledger.start().authority().lend(tenant))
                .isInstanceOf(DamagedLedgerException.class);
    }

    @Test
    void aMessageOfOneTenantDoesNotOpenInTheRowsOfAnother() throws Exception {
        TenantId other = scene.tenant();
        scene.admit(scene.message(other, Optional.empty(), PATIENT));
        ReadingKey there = scene.signIn(other, PATIENT).reader();
        MailboxId mailboxThere = scene.keys().own(other, there).mailbox();
        sql(
                """
                INSERT INTO admission SELECT '%1$s', object_id, spool_key_id, admitted_at FROM admission WHERE object_id = '%2$s';
                INSERT INTO shred_secret SELECT '%1$s', object_id, '%3$s', wrapped_secret FROM shred_secret
                 WHERE object_id = '%2$s' AND mailbox_id = '%4$s'
                """
                        .formatted(other, message.message(), mailboxThere, patient));

        assertThatThrownBy(() -> scene.keys().open(other, there, message.name(), slot))
                .isInstanceOf(OpeningFailedException.class);
    }

    @Test
    void aSpoolKeyOfAnotherWeekOpensNothing() {
        sql("UPDATE spool_key SET spool_key_id = spool_key_id + 1");
        scene.clock().advance(Duration.ofDays(7));

        assertThatThrownBy(() -> scene.authority().spoolKey())
                .isInstanceOf(DamagedLedgerException.class);
    }

    @Test
    void anotherRootKeyOpensNothing() {
        KeyScene stranger = ledger.start(LocalKeystore.inMemory(scene.random()));

        assertThatThrownBy(() -> stranger.authority().publicKey())
                .isInstanceOf(DamagedLedgerException.class);
        assertThatThrownBy(() -> stranger.authority().lend(tenant))
                .isInstanceOf(DamagedLedgerException.class);
        assertThatThrownBy(() -> stranger.authority().spoolKey())
                .isInstanceOf(DamagedLedgerException.class);
    }

    @Test
    void aPasskeyInAnothersRowSignsNobodyIn() throws Exception {
        SoftAuthenticator phone = new SoftAuthenticator(scene.random());
        SignInSettings settings = scene.keys().signInSettings();
        String offer = settings.offerPasskey(tenant, reader).challenge();
        assertThat(settings.addPasskey(tenant, reader, phone.make(offer, "phone"))).isTrue();
        sql("UPDATE passkey SET mailbox_id = '%s'".formatted(daughter));
        Mac256 browser = scene.browser();
        Redemption passkey =
                new Redemption.Passkey(
                        phone.sign(scene.keys().passkeyChallenge(tenant, browser)), browser);

        assertThatThrownBy(() -> scene.keys().redeem(tenant, passkey))
                .isInstanceOf(DamagedLedgerException.class);
    }

    private void open() throws Exception {
        assertThat(message.openedBy(scene.keys().open(tenant, reader, message.name(), slot)))
                .isTrue();
    }

    private void swap(String table, String column, String key, UUID one, UUID other) {
        sql(
                """
                UPDATE %1$s SET %2$s = other.%2$s FROM %1$s other
                 WHERE %1$s.tenant_id = other.tenant_id
                   AND ((%1$s.%3$s = '%4$s' AND other.%3$s = '%5$s') OR (%1$s.%3$s = '%5$s' AND other.%3$s = '%4$s'))
                """
                        .formatted(table, column, key, one, other));
    }

    private void swapTenantKey(String purpose, TenantId other) {
        sql(
                """
                UPDATE tenant_key SET wrapped_key = other.wrapped_key FROM tenant_key other
                 WHERE tenant_key.purpose = '%1$s' AND other.purpose = '%1$s' AND tenant_key.tenant_id <> other.tenant_id
                   AND tenant_key.tenant_id IN ('%2$s', '%3$s') AND other.tenant_id IN ('%2$s', '%3$s')
                """
                        .formatted(purpose, tenant, other));
    }

    private void sql(String statement) {
        JdbcClient writer = ledger.sql();
        assertThat(writer.sql(statement).update()).isNotNegative();
    }
}
