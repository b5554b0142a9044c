package org.postern.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.postern.keys.KeyServiceContract.DAUGHTER;
import static org.postern.keys.KeyServiceContract.PATIENT;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.Slot;
import org.postern.db.PhoneNumber;
import org.postern.db.TenantId;
import org.postern.keys.KeyScene.Sealed;
import org.postern.keys.KeyService.ObjectName;
import org.postern.keys.KeyService.Phone;
import org.postern.keys.KeyService.PinRequest;
import org.postern.keys.KeyService.ReadingKey;
import org.postern.keys.KeyService.Redemption;
import org.postern.keys.limits.LimitedKeyService;
import org.postern.keys.limits.Limits;
import org.postern.keys.limits.Limits.Allowance;
import org.postern.keys.limits.Limits.Rate;
import org.postern.keys.remote.KeysConnection;
import org.postern.keys.remote.KeysServer;

/// Somebody who runs code in the portal: he has its certificate, all that the mail database holds,
/// and the reading key of one reader who is signed in.
class HijackedPortalTest {

    private static final int AT_ONCE = 5;
    private static final Rate MANY = new Rate(1_000_000, 1_000_000);
    private static final Allowance PLENTY = new Allowance(MANY, MANY);
    private static final Allowance FEW = new Allowance(new Rate(AT_ONCE, AT_ONCE), MANY);

    private static LedgerUnderTest ledger;

    private KeyScene inside;
    private KeysProcess keys;
    private KeysConnection connection;
    private KeyService portal;
    private TenantId tenant;
    private ReadingKey reader;

    @BeforeAll
    static void createDatabases() {
        ledger = new LedgerUnderTest();
    }

    @BeforeEach
    void takeOverAPortalAtWhichThePatientIsSignedIn() throws Exception {
        inside = ledger.start();
        keys = limited(PLENTY);
        connection = keys.connect("portal-1", Role.PORTAL);
        portal = connection.service();
        tenant = inside.tenant();
        inside.admit(inside.message(tenant));
        reader = inside.signIn(tenant, PATIENT).reader();
    }

    @AfterEach
    void stop() {
        connection.close();
        keys.close();
    }

    @Test
    void heOpensAndSummarisesNothingOfAnotherMailbox() throws Exception {
        Sealed hers = inside.message(tenant, Optional.empty(), DAUGHTER);
        Slot herSlot = KeyScene.of(inside.admit(hers), DAUGHTER).slot();
        Sealed both = inside.message(tenant, Optional.empty(), PATIENT, DAUGHTER);
        KeyService.Admitted admitted = inside.admit(both);
        Slot herSlotOfBoth = KeyScene.of(admitted, DAUGHTER).slot();
        Slot hisSlotOfBoth = KeyScene.of(admitted, PATIENT).slot();
        ObjectName hersUnderHisHeader = new ObjectName(hers.message(), both.name().headerHash());

        doesNotOpen(() -> portal.open(tenant, reader, hers.name(), herSlot));
        doesNotOpen(() -> portal.open(tenant, reader, hers.name(), hisSlotOfBoth));
        doesNotOpen(() -> portal.open(tenant, reader, both.name(), herSlotOfBoth));
        doesNotOpen(() -> portal.open(tenant, reader, both.name(), herSlot));
        doesNotOpen(() -> portal.open(tenant, reader, hersUnderHisHeader, hisSlotOfBoth));
        assertThat(portal.summaries(tenant, reader, Set.of(hers.name(), both.name())))
                .containsOnlyKeys(both.message());
        assertThat(inside.events(tenant)).as("nothing was opened").doesNotContain("message.opened");
    }

    @Test
    void heOpensAndSummarisesNothingOfAnotherTenant() throws Exception {
        TenantId other = inside.tenant();
        Sealed elsewhere = inside.message(other, Optional.empty(), PATIENT);
        Slot slot = KeyScene.of(inside.admit(elsewhere), PATIENT).slot();

        notSignedIn(() -> portal.open(other, reader, elsewhere.name(), slot));
        notSignedIn(() -> portal.summaries(other, reader, Set.of(elsewhere.name())));
        notSignedIn(() -> portal.own(other, reader));
        doesNotOpen(() -> portal.open(tenant, reader, elsewhere.name(), slot));
        assertThat(portal.summaries(tenant, reader, Set.of(elsewhere.name()))).isEmpty();
        assertThat(inside.events(other)).isEmpty();
    }

    @Test
    void hePretendsToBeNobodyElse() throws Exception {
        Sealed hers = inside.message(tenant, Optional.empty(), DAUGHTER);
        Slot herSlot = KeyScene.of(inside.admit(hers), DAUGHTER).slot();
        ReadingKey ended = inside.signIn(tenant, DAUGHTER).reader();
        inside.keys().end(tenant, ended);

        notSignedIn(() -> portal.open(tenant, ended, hers.name(), herSlot));
        notSignedIn(() -> portal.open(tenant, new ReadingKey("invented"), hers.name(), herSlot));
        assertThat(portal.redeem(tenant, new Redemption.Link("invented", inside.browser())))
                .isEmpty();
    }

    @Test
    void heCannotDoWhatAWorkerDoes() {
        Sealed sealed = inside.message(tenant, Optional.empty(), DAUGHTER);

        refused(() ->
                portal.admit(
                        sealed.object(), sealed.certificate(), sealed.slot(), sealed.envelope()));
        refused(() -> portal.issue(inside.request(tenant, DAUGHTER, inside.browser())));
        refused(() -> portal.destroy(tenant, sealed.message(), Set.of()));
        refused(() -> connection.authority().lend(tenant));
        refused(() -> connection.authority().createTenant(new TenantId(inside.id())));
        refused(() -> connection.authority().sign(Authority.SNAPSHOT, new byte[] {1}));
    }

    @Test
    void heHasAPinSentAndNeitherSeesItNorTheNumber() throws Exception {
        PhoneNumber phone = new PhoneNumber("+491711234567");
        Sealed his =
                inside.message(
                        KeyScene.locked(phone, inside.envelope(tenant, Optional.empty(), PATIENT)),
                        "door-1");
        inside.admit(his);
        Sealed hers =
                inside.message(
                        KeyScene.locked(phone, inside.envelope(tenant, Optional.empty(), DAUGHTER)),
                        "door-1");
        inside.admit(hers);

        PinRequest request = portal.askPin(tenant, reader, his.message()).orElseThrow();

        refused(() -> portal.issuePin(tenant, request));
        assertThat(portal.lock(tenant, reader, his.message()).orElseThrow().phone())
                .contains(new Phone("67", 9, Optional.empty(), true));
        assertThat(portal.askPin(tenant, reader, hers.message()))
                .as("nobody's phone rings for another's message")
                .isEmpty();
        assertThat(portal.lock(tenant, reader, hers.message())).isEmpty();
        assertThat(inside.events(tenant)).doesNotContain("message.pin-issued");
    }

    @Test
    void heSendsNoOtherPhoneThePinsOfWhatHeDidNotWrite() throws Exception {
        Sealed his =
                inside.message(
                        KeyScene.locked(
                                new PhoneNumber("+491711234567"),
                                inside.envelope(tenant, Optional.empty(), PATIENT)),
                        "door-1");
        inside.admit(his);
        PhoneNumber own = new PhoneNumber("+491719999999");

        assertThat(portal.relock(tenant, reader, his.message(), own)).isFalse();
        PinRequest request = portal.askPin(tenant, reader, his.message()).orElseThrow();
        assertThat(inside.keys().issuePin(tenant, request).orElseThrow().phone()).isNotEqualTo(own);
    }

    @Test
    void whateverHeOpensLeavesAnEvent() throws Exception {
        Sealed his = inside.message(tenant, Optional.empty(), PATIENT);
        Slot slot = KeyScene.of(inside.admit(his), PATIENT).slot();

        for (int i = 0; i < 3; i++) {
            assertThat(his.openedBy(portal.open(tenant, reader, his.name(), slot))).isTrue();
        }

        assertThat(inside.events(tenant))
                .filteredOn("message.opened"::equals)
                .as("one for each time, written where he cannot reach")
                .hasSize(3);
    }

    @Test
    void heOpensNoFasterThanAReaderMay() throws Exception {
        Sealed his = inside.message(tenant, Optional.empty(), PATIENT, DAUGHTER);
        KeyService.Admitted admitted = inside.admit(his);
        Slot slot = KeyScene.of(admitted, PATIENT).slot();
        Slot herSlot = KeyScene.of(admitted, DAUGHTER).slot();
        ReadingKey hers = inside.signIn(tenant, DAUGHTER).reader();
        restart(FEW);
        for (int i = 0; i < AT_ONCE; i++) {
            portal.open(tenant, reader, his.name(), slot);
        }

        busy(() -> portal.open(tenant, reader, his.name(), slot));
        assertThat(his.openedBy(portal.open(tenant, hers, his.name(), herSlot)))
                .as("another reader does not suffer")
                .isTrue();
        inside.clock().advance(Duration.ofSeconds(60 / AT_ONCE));
        assertThat(his.openedBy(portal.open(tenant, reader, his.name(), slot)))
                .as("what was refused is done a little later")
                .isTrue();
        busy(() -> portal.open(tenant, reader, his.name(), slot));
    }

    @Test
    void allReadersTogetherOpenNoFasterThanIsAllowedInAll() throws Exception {
        Sealed his = inside.message(tenant, Optional.empty(), PATIENT);
        Slot slot = KeyScene.of(inside.admit(his), PATIENT).slot();
        restart(new Allowance(MANY, new Rate(AT_ONCE, AT_ONCE)));
        for (int i = 0; i < AT_ONCE; i++) {
            ReadingKey invented = new ReadingKey("invented " + i);
            notSignedIn(() -> portal.open(tenant, invented, his.name(), slot));
        }

        busy(() -> portal.open(tenant, reader, his.name(), slot));
        inside.clock().advance(Duration.ofSeconds(60 / AT_ONCE));
        assertThat(his.openedBy(portal.open(tenant, reader, his.name(), slot))).isTrue();
    }

    @Test
    void whoHasNoCertificateOfOursIsNotHeard() {
        try (KeysProcess others = KeysProcess.of(inside);
                KeysConnection stranger =
                        KeysConnection.to(keys.url(), others.caller("portal-1", Role.PORTAL))) {
            assertThatThrownBy(() -> stranger.service().own(tenant, reader))
                    .isInstanceOf(KeysAwayException.class)
                    .hasMessageNotContaining("status");
        }
    }

    @Test
    void heIsBelievedByNobodyWhoAsksForKeys() throws Exception {
        // He listens in the place of the keys, with the only certificate that he has.
        try (KeysServer impostor =
                        KeysServer.start(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                                keys.caller("localhost", Role.PORTAL),
                                inside.keys(),
                                inside.authority(),
                                inside.clock());
                KeysConnection worker =
                        KeysConnection.to(
                                URI.create("https://localhost:" + impostor.port()),
                                keys.caller("worker-1", Role.WORKER))) {
            assertThatThrownBy(() -> worker.authority().lend(tenant))
                    .isInstanceOf(KeysAwayException.class)
                    .hasRootCauseInstanceOf(CertificateException.class);
        }
    }

    private void restart(Allowance open) {
        connection.close();
        keys.close();
        keys = limited(open);
        connection = keys.connect("portal-1", Role.PORTAL);
        portal = connection.service();
    }

    private KeysProcess limited(Allowance open) {
        return KeysProcess.of(
                inside,
                new LimitedKeyService(
                        inside.keys(),
                        new Limits(open, PLENTY, PLENTY, PLENTY, PLENTY, PLENTY, PLENTY, PLENTY),
                        inside.clock()));
    }

    private static void doesNotOpen(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(OpeningFailedException.class);
    }

    private static void notSignedIn(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(NotSignedInException.class);
    }

    private static void refused(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOf(KeysAwayException.class)
                .hasMessageContaining("status=403");
    }

    private static void busy(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(KeysBusyException.class);
    }
}
