package org.postern.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postern.crypto.sealed.Slot;
import org.postern.db.TenantId;
import org.postern.keys.KeyScene.Sealed;
import org.postern.keys.KeyService.ReadingKey;
import org.postern.keys.ledger.KeyLedger;
import org.postern.keys.ledger.OtherKeyProviderException;
import org.postern.keys.provider.KeyProviderAwayException;
import org.postern.keys.provider.LocalKeystore;

/// The root key is kept elsewhere: how often it is asked for, and what goes on without it.
class KeyProviderAwayTest {

    private static final String PATIENT = "patient@example.org";
    private static final Duration FIVE_MINUTES = Duration.ofMinutes(5);

    private final LedgerUnderTest ledger = new LedgerUnderTest();
    private final CountingKeyProvider provider = new CountingKeyProvider("vault");

    private KeyScene scene;
    private TenantId tenant;
    private Sealed message;
    private Slot slot;
    private ReadingKey reader;

    @BeforeEach
    void deliver() throws Exception {
        KeyScene before = ledger.start(provider);
        tenant = before.tenant();
        message = before.message(tenant, Optional.empty(), PATIENT);
        slot = KeyScene.of(before.admit(message), PATIENT).slot();
        reader = before.signIn(tenant, PATIENT).reader();
        scene = ledger.start(provider); // remembers nothing
    }

    @Test
    void aThousandMessagesCostAHandfulOfCalls() throws Exception {
        int before = provider.calls();
        for (int i = 0; i < 1_000; i++) {
            scene.admit(scene.message(tenant, Optional.empty(), PATIENT));
            open();
        }

        assertThat(provider.calls() - before).isBetween(1, 3); // tenant, spool, signing key
    }

    @Test
    void manyWhoComeAtOnceCostOneCall() throws Exception {
        int before = provider.calls();

        AtOnce.run(
                8,
                _ -> () -> scene.keys().open(tenant, reader, message.name(), slot).exportSecret());

        assertThat(provider.calls() - before).isOne();
    }

    @Test
    void readingGoesOnForFiveMinutesAndThenSaysTryLater() throws Exception {
        open();
        provider.goAway();
        for (int minute = 0; minute < 5; minute++) {
            open();
            summaries();
            scene.clock().advance(Duration.ofSeconds(59)); // at last four minutes and 55 seconds
        }
        scene.clock().advance(Duration.ofSeconds(4)); // 4:59
        open();
        summaries();

        scene.clock().advance(Duration.ofSeconds(1)); // 5:00
        assertThatThrownBy(this::open).isInstanceOf(KeyProviderAwayException.class);
        assertThatThrownBy(this::summaries).isInstanceOf(KeyProviderAwayException.class);

        provider.comeBack();
        scene.clock().advance(Duration.ofSeconds(5));
        open();
    }

    @Test
    void whoeverReadsHasAKeyForFourMinutesWheneverTheOutageBegins() throws Exception {
        for (int minute = 0; minute < 20; minute++) {
            open();
            scene.clock().advance(Duration.ofMinutes(1));
        }
        open();
        provider.goAway();
        scene.clock().advance(Duration.ofMinutes(4));

        open();
    }

    @Test
    void mailIsAdmittedMeanwhileAndWaitsAfterwardsWithoutDamage() throws Exception {
        scene.admit(scene.message(tenant, Optional.empty(), PATIENT));
        Sealed waiting = scene.message(tenant, Optional.empty(), PATIENT);
        provider.goAway();
        scene.clock().advance(FIVE_MINUTES);

        assertThatThrownBy(() -> scene.admit(waiting)).isInstanceOf(KeyProviderAwayException.class);

        provider.comeBack();
        scene.clock().advance(Duration.ofSeconds(5));
        assertThat(scene.admit(waiting).mailboxes()).hasSize(1);
    }

    @Test
    void aKeeperThatIsAwayIsLeftAloneForSomeSeconds() {
        provider.goAway();
        assertThatThrownBy(this::open).isInstanceOf(KeyProviderAwayException.class);
        int before = provider.calls();
        for (int i = 0; i < 100; i++) {
            assertThatThrownBy(this::open).isInstanceOf(KeyProviderAwayException.class);
        }
        assertThat(provider.calls()).isEqualTo(before);

        scene.clock().advance(Duration.ofSeconds(5));
        assertThatThrownBy(this::open).isInstanceOf(KeyProviderAwayException.class);
        assertThat(provider.calls()).isEqualTo(before + 1);
    }

    @Test
    void aTenantWhoseKeysCannotBeWrappedIsNotHalfMade() {
        provider.goAway();
        TenantId half = new TenantId(scene.id());
        assertThatThrownBy(() -> scene.authority().createTenant(half))
                .isInstanceOf(KeyProviderAwayException.class);

        provider.comeBack();
        scene.authority().createTenant(half);
        assertThat(scene.authority().lend(half)).isNotNull();
    }

    @Test
    void theLedgerKnowsWhoWrappedIt() {
        assertThat(KeyLedger.providers(ledger.sql())).containsExactly("vault");
        assertThat(KeyLedger.providers(new LedgerUnderTest().sql())).isEmpty();

        LedgerUnderTest local = new LedgerUnderTest();
        local.start().tenant();
        assertThat(KeyLedger.providers(local.sql())).containsExactly("local");
    }

    @Test
    void anotherProviderIsToldSoAndNothingIsCalledDamaged() {
        for (KeyScene stranger :
                List.of(
                        ledger.start(LocalKeystore.inMemory(new SecureRandom())),
                        ledger.start(new CountingKeyProvider("aws-kms")))) {
            assertThatThrownBy(() -> stranger.authority().lend(tenant))
                    .isInstanceOf(OtherKeyProviderException.class)
                    .hasMessageContaining("vault");
            assertThatThrownBy(() -> stranger.authority().publicKey())
                    .isInstanceOf(OtherKeyProviderException.class);
        }
    }

    private void open() throws Exception {
        assertThat(message.openedBy(scene.keys().open(tenant, reader, message.name(), slot)))
                .isTrue();
    }

    private void summaries() throws Exception {
        assertThat(scene.keys().summaries(tenant, reader, Set.of(message.name()))).hasSize(1);
    }
}
