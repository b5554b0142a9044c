package org.postern.mail.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.crypto.InstanceCertificate;
import org.postern.crypto.MacKey;
import org.postern.crypto.SigningKey;
import org.postern.crypto.Succession;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.Signature64;
import org.postern.db.store.SignedSnapshot;
import org.postern.db.store.Tenant;
import org.postern.keys.Authority;
import org.postern.mail.AtOnce;
import org.postern.mail.MailSystem;
import org.postern.mail.TestSite;
import org.postern.mail.spool.Spool;

class DoorTest {

    @TempDir private Path folder;
    private TestSite site;
    private MailSystem system;
    private Door door;

    @BeforeEach
    void start() {
        site = new TestSite(folder);
        system = site.start();
        door = system.door();
    }

    @Test
    void aColdDoorTakesMailWithoutAnyDatabase() throws Exception {
        Door cold = reopened();

        assertThat(cold.instance()).isEqualTo(door.instance());
        assertThat(cold.instancePublicKey()).isEqualTo(door.instancePublicKey());
        assertThat(cold.loopKey().mac(new byte[1])).isEqualTo(door.loopKey().mac(new byte[1]));
        assertThat(cold.requireStanding().snapshot()).isEqualTo(door.requireStanding().snapshot());
        Spool spool = new Spool(site.spool(), cold, site.clock(), site.random(), _ -> {}, 0);
        try (var incoming = spool.begin(site.envelope())) {
            incoming.write(TestSite.plain("cold", "text"));
            incoming.accept();
        }
        MailSystem later = site.start();
        later.emptySpool();
        later.deliver();
        assertThat(later.inbox(later.signIn(TestSite.PATIENT))).hasSize(1);
    }

    @Test
    void aDoorThatNeverHeardFromTheAuthorityTakesNothing() throws Exception {
        Path empty = Files.createDirectory(folder.resolve("empty"));
        Door fresh = Door.open(empty, site.clock(), site.random());

        assertThat(fresh.standing()).isEmpty();
        assertThatThrownBy(fresh::requireStanding).isInstanceOf(NotReadyException.class);
    }

    @Test
    void aDoorKnowsTenantsByTheirHosts() throws Exception {
        Snapshot snapshot = door.requireStanding().snapshot();

        assertThat(snapshot.tenantAt("clinic.example").map(Tenant::id)).contains(site.tenant());
        assertThat(snapshot.tenantAt("elsewhere.example")).isEmpty();
        assertThat(snapshot.tenants().getFirst().domains()).containsExactly("example.com");
    }

    @Test
    void aNewTenantIsInTheNextSnapshot() throws Exception {
        long before = door.requireStanding().snapshot().number();
        site.addTenant("Other", "other.example", "example.net", "in.other.example");

        system.refresh().refresh();

        assertThat(door.requireStanding().snapshot().number()).isEqualTo(before + 1);
        assertThat(door.requireStanding().snapshot().tenantAt("other.example")).isPresent();
        assertThat(reopened().requireStanding().snapshot().tenantAt("other.example")).isPresent();
    }

    @Test
    void whetherWorkersCanSendToPhonesIsInTheNextSnapshot() throws Exception {
        assertThat(door.standing().orElseThrow().snapshot().textMessages()).isFalse();

        site.canSendTextMessages();
        system.refresh().refresh();

        assertThat(door.standing().orElseThrow().snapshot().textMessages()).isTrue();
    }

    @Test
    void nothingNewIsPublishedWhileNothingChanges() throws Exception {
        long before = door.requireStanding().snapshot().number();
        site.clock().advance(Duration.ofHours(5));
        system.refresh().refresh();
        assertThat(door.requireStanding().snapshot().number()).isEqualTo(before);

        site.clock().advance(Duration.ofHours(2));
        system.refresh().refresh();
        assertThat(door.requireStanding().snapshot().number()).isEqualTo(before + 1);
    }

    @Test
    void theNextWeeksSpoolKeyIsTakenOn() throws Exception {
        long week = door.requireStanding().snapshot().spoolKeyId();
        site.clock().advance(Duration.ofDays(7));

        system.refresh().refresh();

        assertThat(door.requireStanding().snapshot().spoolKeyId()).isEqualTo(week + 1);
        assertThat(door.requireStanding().spoolSealer().publicKey().id()).isEqualTo(week + 1);
    }

    @Test
    void anOlderSnapshotIsIgnoredAlsoAfterARestart() throws Exception {
        SignedSnapshot older = door.requireStanding().signed();
        site.clock().advance(Duration.ofHours(7));
        system.refresh().refresh();
        long newest = door.requireStanding().snapshot().number();

        for (Door one : List.of(door, reopened())) {
            one.update(authority().succession(), certificate(one), older);
            assertThat(one.requireStanding().snapshot().number()).isEqualTo(newest);
        }
        assertThat(reopened().requireStanding().snapshot().number()).isEqualTo(newest);
    }

    @Test
    void aSnapshotNobodySignedIsRefused() throws Exception {
        SignedSnapshot current = door.requireStanding().signed();
        byte[] document = snapshot(current.number() + 1).encode();
        byte[] changed = document.clone();
        changed[changed.length / 2] ^= 1;
        SigningKey stranger = SigningKey.generate(site.random());
        Signature64 good = authority().sign(Door.SNAPSHOT_PURPOSE, document).orElseThrow();

        for (SignedSnapshot forged :
                List.of(
                        new SignedSnapshot(current.number() + 1, changed, good),
                        new SignedSnapshot(
                                current.number() + 1,
                                document,
                                stranger.sign(Door.SNAPSHOT_PURPOSE, document)),
                        new SignedSnapshot(
                                current.number() + 1,
                                document,
                                authority().sign("another purpose", document).orElseThrow()),
                        // a number that the document does not have
                        new SignedSnapshot(current.number() + 2, document, good))) {
            assertThatThrownBy(
                            () -> door.update(authority().succession(), certificate(door), forged))
                    .isInstanceOf(OpeningFailedException.class);
        }
        assertThat(door.requireStanding().signed()).isEqualTo(current);
        assertThat(reopened().requireStanding().signed()).isEqualTo(current);
    }

    @Test
    void anotherAuthorityIsRefusedAlsoAfterARestart() throws Exception {
        SigningKey other = SigningKey.generate(site.random());
        byte[] document = snapshot(1_000).encode();
        SignedSnapshot signed =
                new SignedSnapshot(1_000, document, other.sign(Door.SNAPSHOT_PURPOSE, document));
        Instant now = site.clock().instant();

        for (Door one : List.of(door, reopened())) {
            InstanceCertificate certificate =
                    InstanceCertificate.issue(
                            other,
                            one.instance(),
                            one.instancePublicKey(),
                            now,
                            now.plus(Duration.ofDays(14)));
            assertThatThrownBy(
                            () -> one.update(Succession.of(other.publicKey()), certificate, signed))
                    .isInstanceOf(OpeningFailedException.class);
        }
    }

    @Test
    void aDoorThatWasCutOffOverRotationsCatchesUp() throws Exception {
        Door cutOff = reopened();
        for (int week = 0; week < 2; week++) {
            system.keys().rotation().rotateSigning();
            site.clock().advance(Duration.ofDays(7));
            system.refresh().refresh();
        }

        cutOff.update(
                authority().succession(),
                certificate(cutOff),
                system.door().requireStanding().signed());

        for (Door one : List.of(cutOff, reopened())) {
            assertThat(one.requireStanding().authority()).isEqualTo(authority().succession());
            assertThat(one.requireStanding().authority().keys()).hasSize(3);
            assertThat(one.requireStanding().signed()).isEqualTo(door.requireStanding().signed());
        }
    }

    @Test
    void aRotationBringsASnapshotUnderTheNewKeyAtOnceAndNoneUnderTheOldOneAgain() throws Exception {
        SignedSnapshot before = door.requireStanding().signed();
        system.keys().rotation().rotateSigning();

        system.refresh().refresh();

        SignedSnapshot after = door.requireStanding().signed();
        assertThat(after.number()).isEqualTo(before.number() + 1);
        assertThat(signer(after)).isEqualTo(2);
        door.update(authority().succession(), certificate(door), before);
        assertThat(door.requireStanding().signed()).isEqualTo(after);
    }

    @Test
    void aSnapshotOfAThiefOfAFormerKeyIsIgnored() throws Exception {
        SigningKey former = SigningKey.generate(site.random());
        SigningKey next = SigningKey.generate(site.random());
        Succession one = Succession.of(former.publicKey());
        Succession two = one.handOver(former, next, site.clock().instant());
        Path empty = Files.createDirectory(folder.resolve("other"));
        Door other = Door.open(empty, site.clock(), site.random());
        other.update(two, certificate(former, other), signed(next, 7));

        other.update(two, certificate(former, other), signed(former, 8));

        assertThat(other.requireStanding().snapshot().number()).isEqualTo(7);
    }

    @Test
    void whoeverMakesUpAnotherSuccessorOrAnEarlierTimeIsRefusedAndTheOldSnapshotStays()
            throws Exception {
        SigningKey known = SigningKey.generate(site.random());
        SigningKey next = SigningKey.generate(site.random());
        SigningKey stranger = SigningKey.generate(site.random());
        Instant now = site.clock().instant();
        Succession two = Succession.of(known.publicKey()).handOver(known, next, now);
        Path empty = Files.createDirectory(folder.resolve("other"));
        Door other = Door.open(empty, site.clock(), site.random());
        other.update(two, certificate(next, other), signed(next, 7));

        for (Succession forged :
                List.of(
                        Succession.of(known.publicKey()),
                        Succession.of(next.publicKey()),
                        Succession.of(known.publicKey()).handOver(known, stranger, now),
                        Succession.of(stranger.publicKey()).handOver(stranger, next, now),
                        Succession.of(stranger.publicKey()))) {
            assertThatThrownBy(() ->
                            other.update(forged, certificate(stranger, other), signed(stranger, 8)))
                    .isInstanceOf(OpeningFailedException.class);
        }
        assertThat(other.requireStanding().snapshot().number()).isEqualTo(7);
        assertThat(Door.open(empty, site.clock(), site.random()).requireStanding().authority())
                .isEqualTo(two);
    }

    @Test
    void aDoorOfTheReleaseBeforeKnowsItsAuthorityAndFollowsIt() throws Exception {
        Files.write(site.doorFolder().resolve("authority.pub"), authority().publicKey().toBytes());
        Door before = reopened();
        assertThat(before.requireStanding().authority()).isEqualTo(authority().succession());
        system.keys().rotation().rotateSigning();
        system.refresh().refresh();

        before.update(
                authority().succession(), certificate(before), door.requireStanding().signed());

        assertThat(reopened().requireStanding().authority()).isEqualTo(authority().succession());
    }

    private int signer(SignedSnapshot signed) throws OpeningFailedException {
        return authority()
                .succession()
                .signer(Door.SNAPSHOT_PURPOSE, signed.document(), signed.signature());
    }

    private SignedSnapshot signed(SigningKey by, long number) throws NotReadyException {
        byte[] document = snapshot(number).encode();
        return new SignedSnapshot(number, document, by.sign(Door.SNAPSHOT_PURPOSE, document));
    }

    private InstanceCertificate certificate(SigningKey by, Door one) {
        Instant now = site.clock().instant();
        return InstanceCertificate.issue(
                by, one.instance(), one.instancePublicKey(), now, now.plus(Duration.ofDays(14)));
    }

    @Test
    void aCertificateForAnotherDoorIsRefused() throws Exception {
        SignedSnapshot signed = door.requireStanding().signed();
        Succession keys = authority().succession();
        Instant end = site.clock().instant().plus(Duration.ofDays(14));
        SigningKey otherKey = SigningKey.generate(site.random());

        for (InstanceCertificate wrong :
                List.of(
                        authority().certify(door.instance(), otherKey.publicKey(), end),
                        authority().certify("another", door.instancePublicKey(), end),
                        InstanceCertificate.issue(
                                otherKey,
                                door.instance(),
                                door.instancePublicKey(),
                                site.clock().instant(),
                                end))) {
            assertThatThrownBy(() -> door.update(keys, wrong, signed))
                    .isInstanceOf(OpeningFailedException.class);
        }
    }

    @Test
    void aDoorThatIsCutOffTakesMailForFourteenDays() throws Exception {
        site.clock().advance(Duration.ofDays(14));
        assertThatCode(door::requireStanding).doesNotThrowAnyException();

        site.clock().advance(Duration.ofMillis(1));

        assertThatThrownBy(door::requireStanding).isInstanceOf(NotReadyException.class);
        assertThatThrownBy(reopened()::requireStanding).isInstanceOf(NotReadyException.class);
        system.refresh().refresh();
        assertThatCode(door::requireStanding).doesNotThrowAnyException();
    }

    @Test
    void aDoorWhoseClockWasSetBackTakesNothingThatCouldNotBeAdmitted() {
        site.clock().advance(Duration.ofHours(-1));
        assertThatCode(door::requireStanding).doesNotThrowAnyException();

        site.clock().advance(Duration.ofDays(-2));

        assertThatThrownBy(door::requireStanding).isInstanceOf(NotReadyException.class);
    }

    @Test
    void aDoorsFilesAreItsOwnersAlone() throws Exception {
        try (var files = Files.list(site.doorFolder())) {
            assertThat(files)
                    .isNotEmpty()
                    .allSatisfy(file ->
                            assertThat(
                                            PosixFilePermissions.toString(
                                                    Files.getPosixFilePermissions(file)))
                                    .isEqualTo("rw-------"));
        }
    }

    @Test
    void damagedFilesAreNotBelieved() throws Exception {
        for (String name : List.of("snapshot.signed", "instance.cert", "authority.pub")) {
            Path file = site.doorFolder().resolve(name);
            byte[] whole = Files.readAllBytes(file);
            byte[] damaged = whole.clone();
            damaged[damaged.length - 1] ^= 1;
            Files.write(file, damaged);
            assertThatThrownBy(this::reopened).as(name).isInstanceOf(IOException.class);
            Files.write(file, new byte[3]);
            assertThatThrownBy(this::reopened).as(name).isInstanceOf(IOException.class);
            Files.write(file, whole);
        }
        assertThat(reopened().standing()).isPresent();
    }

    @Test
    void aDoorStartsAgainWhereverItsFirstStartWasCut() throws Exception {
        List<String> order = List.of("instance.name", "instance.key", "loop.key");
        for (int written = 0; written <= order.size(); written++) {
            Path cut = Files.createDirectory(folder.resolve("cut-" + written));
            for (String name : order.subList(0, written)) {
                Files.copy(site.doorFolder().resolve(name), cut.resolve(name));
            }

            Door again = Door.open(cut, site.clock(), site.random());
            new DoorRefresh(again, authority(), system.publisher(), site.clock()).refresh();

            assertThatCode(again::requireStanding).doesNotThrowAnyException();
        }
    }

    @Test
    void twoWhoPublishAtOnceAgree() throws Exception {
        site.addTenant("Other", "other.example", "example.net", "in.other.example");

        List<SignedSnapshot> published =
                AtOnce.run(4, _ -> () -> system.publisher().publishIfNeeded().orElseThrow());

        assertThat(published.stream().map(SignedSnapshot::number).distinct()).hasSize(1);
        assertThat(published.stream().distinct()).hasSize(1);
    }

    @Test
    void theKeyOfReturnedMailAndTheOneBeforeItAreKeptOverAStart() throws Exception {
        MacKey before = MacKey.generate(site.random());
        MacKey newest = MacKey.generate(site.random());
        for (MacKey key : List.of(MacKey.generate(site.random()), before, before, newest)) {
            system.door().updateReturnKey(key);
        }

        assertThat(system.door().returnKeys()).containsExactly(newest, before);
        assertThat(reopened().returnKeys()).containsExactly(newest, before);
    }

    @Test
    void onlyADoorThatTakesReturnedMailIsLentTheKeyOfIt() throws Exception {
        system.refresh().refresh();
        assertThat(system.door().returnKeys()).isEmpty();

        system.refresh().takingReturnedMail().refresh();
        assertThat(system.door().returnKeys()).containsExactly(authority().returnKey());
    }

    private Door reopened() throws IOException {
        return Door.open(site.doorFolder(), site.clock(), site.random());
    }

    private Authority authority() {
        return system.keys().authority();
    }

    private InstanceCertificate certificate(Door of) {
        return authority()
                .certify(
                        of.instance(),
                        of.instancePublicKey(),
                        site.clock().instant().plus(Duration.ofDays(14)));
    }

    private Snapshot snapshot(long number) throws NotReadyException {
        Snapshot current = door.requireStanding().snapshot();
        return new Snapshot(
                number,
                current.issuedAt(),
                current.validUntil().plus(Duration.ofDays(365)),
                current.spoolKeyId(),
                current.spoolKey(),
                current.textMessages(),
                current.tenants());
    }
}
