package org.postern.keys;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.postern.crypto.InstanceCertificate;
import org.postern.crypto.SigningKey;
import org.postern.crypto.Succession;
import org.postern.crypto.audit.Checkpoint;
import org.postern.crypto.audit.MerkleTree;
import org.postern.crypto.sealed.Mac256;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.Signature64;
import org.postern.crypto.sealed.SpoolPublicKey;
import org.postern.db.ConnectorId;
import org.postern.db.TenantId;
import org.postern.db.store.MailRules;
import org.postern.db.store.StoredCheckpoint;
import org.postern.db.store.Tenant;
import org.postern.keys.Altered.Rows;
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
        byte[] document = "{\"tenants\":[]}".getBytes(UTF_8);

        Signature64 signature = authority.sign(Authority.SNAPSHOT, document).orElseThrow();

        SigningKey.verify(authority.publicKey(), Authority.SNAPSHOT, document, signature);
        assertThatThrownBy(() ->
                        SigningKey.verify(authority.publicKey(), "instance", document, signature))
                .isInstanceOf(OpeningFailedException.class);
    }

    @Test
    default void onlyWhatWasAnnouncedOrAcceptedIsSigned() {
        KeyScene scene = scene();
        Authority authority = scene.authority();
        Tenant made = tenant(scene.tenant(), "example.com");
        Tenant changed = tenant(made.id(), "example.net");
        Tenant his = tenant(made.id(), "example.org");
        Altered domains = new Altered(made.id(), Altered.How.CHANGED, Set.of(Rows.DOMAINS));

        assertThat(authority.announce(Optional.empty(), made)).isTrue();
        authority.confirm(made);
        assertThat(authority.altered(List.of(made))).isEmpty();
        assertThat(authority.altered(List.of(changed))).containsExactly(domains);
        assertThat(authority.announce(Optional.of(his), changed)).isFalse();
        assertThat(authority.announce(Optional.of(made), changed)).isTrue();
        assertThat(authority.altered(List.of(made))).as("as before").isEmpty();
        assertThat(authority.altered(List.of(changed))).as("as announced").isEmpty();
        assertThat(authority.altered(List.of(made))).as("which was seen").containsExactly(domains);
        assertThat(authority.altered(List.of()))
                .containsExactly(new Altered(made.id(), Altered.How.MISSING, Set.of(Rows.TENANT)));
        assertThat(authority.sign(Authority.SNAPSHOT, "{\"tenants\":[]}".getBytes(UTF_8)))
                .isEmpty();
        assertThat(authority.accept(made.id(), Optional.of(his))).isTrue();
        assertThat(authority.altered(List.of(his))).isEmpty();

        assertThat(authority.accept(made.id(), Optional.empty())).isTrue();
        assertThat(authority.altered(List.of(his)))
                .extracting(Altered::how)
                .containsExactly(Altered.How.UNKNOWN);
    }

    private static Tenant tenant(TenantId id, String domain) {
        return new Tenant(
                id,
                "Example Clinic",
                "clinic.example",
                Optional.empty(),
                List.of(domain),
                List.of(
                        Tenant.Connector.of(
                                        new ConnectorId(new UUID(1, 2)),
                                        "gateway",
                                        List.of("192.0.2.7/32"))
                                .withNextHop(new Tenant.NextHop("hop.example", 25))),
                MailRules.DEFAULT);
    }

    @Test
    default void aCertificateHoldsForClocksThatAreADayApart() {
        KeyScene scene = scene();
        Succession authority = scene.authority().succession();
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

    @Test
    default void anAuditChainGrowsAndIsNeverSignedInTwoWays() throws Exception {
        Authority authority = scene().authority();
        TenantId tenant = scene().tenant();
        Mac256 one = Mac256.sha256(new byte[1]);
        Mac256 two = Mac256.sha256(new byte[2]);
        Mac256 three = Mac256.sha256(new byte[3]);
        Checkpoint both = open(tenant, authority.checkpoint(tenant, 0, List.of(one, two)));

        assertThat(both.size()).isEqualTo(2);
        assertThat(both.root()).isEqualTo(MerkleTree.EMPTY.append(one).append(two).root());
        for (long size : new long[] {0, 1, 3}) {
            assertThat(open(tenant, authority.checkpoint(tenant, size, List.of(three))))
                    .as("asked at %s", size)
                    .isEqualTo(both);
        }
        assertThat(scene().authority().audited(tenant)).isEqualTo(2);
        assertThat(open(tenant, authority.checkpoint(tenant, 2, List.of(three))).root())
                .isEqualTo(MerkleTree.EMPTY.append(one).append(two).append(three).root());
    }

    @Test
    default void ofChainersThatAppendAtOnceOneDoes() throws Exception {
        TenantId tenant = scene().tenant();
        for (long size = 0; size < 3; size++) {
            long at = size;
            List<Checkpoint> signed =
                    AtOnce.run(
                            4,
                            i ->
                                    () ->
                                            open(
                                                    tenant,
                                                    scene().authority()
                                                            .checkpoint(
                                                                    tenant,
                                                                    at,
                                                                    List.of(
                                                                            Mac256.sha256(
                                                                                    new byte
                                                                                            [i])))));
            assertThat(signed.stream().distinct()).hasSize(1);
            assertThat(signed.getFirst().size()).isEqualTo(size + 1);
        }
    }

    @Test
    default void checkpointsAreSignedWithAKeyOfTheirOwn() {
        Authority authority = scene().authority();
        TenantId tenant = scene().tenant();

        assertThat(authority.auditKey(tenant).key()).isNotEqualTo(authority.publicKey());
        assertThat(authority.auditKey(tenant)).isEqualTo(scene().authority().auditKey(tenant));
    }

    @Test
    default void allWorkersKnowADomainByTheSameHash() {
        byte[] domain = {1, 2, 3};

        assertThat(scene().authority().destinationKey().mac(domain))
                .isEqualTo(scene().authority().destinationKey().mac(domain))
                .isNotEqualTo(scene().authority().lend(scene().tenant()).index().mac(domain));
    }

    @Test
    default void whatComesBackIsKnownByAKeyOfItsOwn() {
        byte[] job = {1, 2, 3};

        assertThat(scene().authority().returnKey().mac(job))
                .isEqualTo(scene().authority().returnKey().mac(job))
                .isNotEqualTo(scene().authority().destinationKey().mac(job));
    }

    private Checkpoint open(TenantId tenant, StoredCheckpoint checkpoint) throws Exception {
        return scene().authority().auditKey(tenant).open(checkpoint.note());
    }
}
