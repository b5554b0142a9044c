package org.postern.keys;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postern.crypto.InstanceCertificate;
import org.postern.crypto.SigningKey;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.PublicKey32;
import org.postern.crypto.sealed.Signature64;
import org.postern.crypto.sealed.SpoolPublicKey;
import org.postern.db.TenantId;
import org.springframework.dao.DataAccessException;

class LedgerAuthorityTest {

    private static LedgerUnderTest ledger;

    @BeforeAll
    static void createDatabases() {
        ledger = new LedgerUnderTest();
    }

    @Test
    void processesThatStartTogetherAgreeOnTheSigningKey() throws Exception {
        LedgerUnderTest empty = new LedgerUnderTest();

        List<PublicKey32> keys = AtOnce.run(4, _ -> () -> empty.start().authority().publicKey());

        assertThat(keys.stream().distinct()).hasSize(1);
        assertThat(empty.start().authority().publicKey()).isEqualTo(keys.getFirst());
    }

    @Test
    void processesThatStartTogetherAgreeOnTheWeeksSpoolKey() throws Exception {
        LedgerUnderTest empty = new LedgerUnderTest();

        List<SpoolPublicKey> keys = AtOnce.run(4, _ -> () -> empty.start().authority().spoolKey());

        assertThat(keys)
                .allSatisfy(key -> {
                    assertThat(key.id()).isEqualTo(keys.getFirst().id());
                    assertThat(key.toBytes()).isEqualTo(keys.getFirst().toBytes());
                });
    }

    @Test
    void eachWeekHasASpoolKeyAndTheOldOnesStillOpen() throws Exception {
        KeyScene scene = ledger.start();
        TenantId tenant = scene.tenant();
        SpoolPublicKey first = scene.authority().spoolKey();
        KeyScene.Sealed sealed = scene.message(tenant);

        scene.clock().advance(Duration.ofDays(7));

        assertThat(scene.authority().spoolKey().id()).isEqualTo(first.id() + 1);
        assertThat(scene.authority().spoolKey().toBytes()).isNotEqualTo(first.toBytes());
        assertThat(scene.admit(sealed).mailboxes()).hasSize(2);
    }

    @Test
    void aTenantsKeysAreMadeOnceAndLentTheSame() throws Exception {
        KeyScene scene = ledger.start();
        TenantId tenant = scene.tenant();
        byte[] address = "patient@example.org".getBytes(UTF_8);
        var before = scene.authority().lend(tenant);

        AtOnce.run(
                3,
                _ ->
                        () -> {
                            scene.authority().createTenant(tenant);
                            return tenant;
                        });
        var after = ledger.start().authority().lend(tenant);

        assertThat(after.index().mac(address)).isEqualTo(before.index().mac(address));
        assertThat(
                        after.operations()
                                .open(
                                        before.operations()
                                                .seal(address, new byte[0], scene.random()),
                                        new byte[0]))
                .isEqualTo(address);
        assertThat(scene.authority().lend(scene.tenant()).index().mac(address))
                .as("another tenant's")
                .isNotEqualTo(before.index().mac(address));
    }

    @Test
    void aTenantNobodyMadeHasNoKeys() {
        assertThatThrownBy(() -> ledger.start().authority().lend(new TenantId(UUID.randomUUID())))
                .isInstanceOf(DataAccessException.class);
    }

    @Test
    void aSignatureIsGoodForItsPurposeAlone() throws Exception {
        Authority authority = ledger.start().authority();
        byte[] document = {1, 2, 3};

        Signature64 signature = authority.sign("snapshot", document);

        SigningKey.verify(authority.publicKey(), "snapshot", document, signature);
        assertThatThrownBy(() ->
                        SigningKey.verify(authority.publicKey(), "instance", document, signature))
                .isInstanceOf(OpeningFailedException.class);
    }

    @Test
    void aCertificateHoldsForClocksThatAreADayApart() {
        KeyScene scene = ledger.start();
        PublicKey32 authority = scene.authority().publicKey();
        var now = scene.clock().instant();
        InstanceCertificate certificate =
                scene.authority()
                        .certify(
                                "door-1",
                                SigningKey.generate(scene.random()).publicKey(),
                                now.plus(Duration.ofDays(14)));

        assertThatCode(() -> certificate.verify(authority, now.minus(Duration.ofDays(1))))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> certificate.verify(authority, now.minus(Duration.ofDays(2))))
                .isInstanceOf(OpeningFailedException.class);
        assertThatThrownBy(() -> certificate.verify(authority, now.plus(Duration.ofDays(15))))
                .isInstanceOf(OpeningFailedException.class);
    }
}
