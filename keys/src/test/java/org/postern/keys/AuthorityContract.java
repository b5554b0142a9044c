package org.postern.keys;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.postern.crypto.InstanceCertificate;
import org.postern.crypto.SigningKey;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.PublicKey32;
import org.postern.crypto.sealed.Signature64;
import org.postern.crypto.sealed.SpoolPublicKey;
import org.postern.db.TenantId;
import org.springframework.dao.DataAccessException;

/// What every authority does, in this process or in another.
interface AuthorityContract {

    /// A process that knows the ledger and remembers nothing; its instance is `door-1`.
    KeyScene scene();

    @Test
    default void aTenantsKeysAreMadeOnceAndLentTheSame() throws Exception {
        KeyScene scene = scene();
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
        var after = scene().authority().lend(tenant);

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
    default void aTenantNobodyMadeHasNoKeys() {
        assertThatThrownBy(() -> scene().authority().lend(new TenantId(UUID.randomUUID())))
                .isInstanceOf(DataAccessException.class);
    }

    @Test
    default void aSignatureIsGoodForItsPurposeAlone() throws Exception {
        Authority authority = scene().authority();
        byte[] document = {1, 2, 3};

        Signature64 signature = authority.sign(Authority.SNAPSHOT, document);

        SigningKey.verify(authority.publicKey(), Authority.SNAPSHOT, document, signature);
        assertThatThrownBy(() ->
                        SigningKey.verify(authority.publicKey(), "instance", document, signature))
                .isInstanceOf(OpeningFailedException.class);
    }

    @Test
    default void aCertificateHoldsForClocksThatAreADayApart() {
        KeyScene scene = scene();
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

    @Test
    default void eachWeekHasASpoolKeyAndTheOldOnesStillOpen() throws Exception {
        KeyScene scene = scene();
        TenantId tenant = scene.tenant();
        SpoolPublicKey first = scene.authority().spoolKey();
        KeyScene.Sealed sealed = scene.message(tenant);

        scene.clock().advance(Duration.ofDays(7));

        assertThat(scene.authority().spoolKey().id()).isEqualTo(first.id() + 1);
        assertThat(scene.authority().spoolKey().toBytes()).isNotEqualTo(first.toBytes());
        assertThat(scene.admit(sealed).mailboxes()).hasSize(2);
    }
}
