package org.postern.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.postern.keys.KeyServiceContract.DAUGHTER;
import static org.postern.keys.KeyServiceContract.PATIENT;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.postern.crypto.sealed.Mac256;
import org.postern.db.TenantId;
import org.postern.keys.KeyService.Assertion;
import org.postern.keys.KeyService.Outcome;
import org.postern.keys.KeyService.ReadingKey;
import org.postern.keys.KeyService.Redeemed;
import org.postern.keys.KeyService.Redemption;
import org.postern.keys.SignInSettings.Passkey;
import org.postern.keys.SignInSettings.PasskeyOffer;

/// Passkeys, wherever the keys are: only what an authenticator signed now, here and for this page
/// signs anybody in.
interface PasskeyContract {

    /// A scene that nobody else changes.
    KeyScene scene();

    @Test
    default void aPasskeySignsInWithoutAMail() throws Exception {
        KeyScene scene = scene();
        TenantId tenant = patientsTenant(scene);
        SoftAuthenticator phone = added(scene, tenant, scene.signIn(tenant, PATIENT).reader());

        Redeemed redeemed = (Redeemed) signIn(scene, tenant, phone).orElseThrow();

        assertThat(scene.keys().own(tenant, redeemed.reader()).address().text()).isEqualTo(PATIENT);
        assertThat(settings(scene).overview(tenant, redeemed.reader()).passkeys())
                .extracting(Passkey::name, Passkey::usedAt)
                .containsExactly(tuple("My phone", Optional.of(scene.clock().instant())));
        assertThat(scene.events(tenant)).contains("passkey.added");
    }

    @Test
    default void aSignatureCountsOnceAndInTheBrowserThatAskedForIt() throws Exception {
        KeyScene scene = scene();
        TenantId tenant = patientsTenant(scene);
        SoftAuthenticator phone = added(scene, tenant, scene.signIn(tenant, PATIENT).reader());
        Mac256 browser = scene.browser();
        Assertion assertion = phone.sign(scene.keys().passkeyChallenge(tenant, browser));

        assertThat(redeem(scene, tenant, assertion, scene.browser())).isEmpty();
        assertThat(redeem(scene, tenant, assertion, browser)).isPresent();
        assertThat(redeem(scene, tenant, assertion, browser)).isEmpty();
    }

    @Test
    default void aSignatureCountsOnceHoweverOftenItIsBroughtAtOnce() throws Exception {
        KeyScene scene = scene();
        TenantId tenant = patientsTenant(scene);
        SoftAuthenticator phone = added(scene, tenant, scene.signIn(tenant, PATIENT).reader());
        Mac256 browser = scene.browser();
        Assertion assertion = phone.sign(scene.keys().passkeyChallenge(tenant, browser));

        List<Optional<Outcome>> redeemed =
                AtOnce.run(10, _ -> () -> redeem(scene, tenant, assertion, browser));

        assertThat(redeemed.stream().filter(Optional::isPresent)).hasSize(1);
    }

    @Test
    default void aChallengeIsGoodForFiveMinutesAndUntilTheNext() throws Exception {
        KeyScene scene = scene();
        TenantId tenant = patientsTenant(scene);
        SoftAuthenticator phone = added(scene, tenant, scene.signIn(tenant, PATIENT).reader());
        Mac256 browser = scene.browser();
        String late = scene.keys().passkeyChallenge(tenant, browser);
        scene.clock().advance(Duration.ofMinutes(5));
        assertThat(redeem(scene, tenant, phone.sign(late), browser)).isEmpty();

        String older = scene.keys().passkeyChallenge(tenant, browser);
        String newest = scene.keys().passkeyChallenge(tenant, browser);
        assertThat(redeem(scene, tenant, phone.sign(older), browser)).isEmpty();
        assertThat(redeem(scene, tenant, phone.sign(newest), browser)).isPresent();
    }

    @Test
    default void whatWasSignedForAnotherPageIsRefused() throws Exception {
        KeyScene scene = scene();
        TenantId tenant = patientsTenant(scene);
        SoftAuthenticator phone = added(scene, tenant, scene.signIn(tenant, PATIENT).reader());

        phone.at("https://evil.example", "evil.example");
        assertThat(signIn(scene, tenant, phone)).as("of another host").isEmpty();
        phone.at("https://evil.example", SoftAuthenticator.HOST);
        assertThat(signIn(scene, tenant, phone)).as("whose page lies about its host").isEmpty();
        phone.at(SoftAuthenticator.ORIGIN, "evil.example");
        assertThat(signIn(scene, tenant, phone)).as("whose browser lies").isEmpty();
        phone.at("not an origin", SoftAuthenticator.HOST);
        assertThat(signIn(scene, tenant, phone)).as("that has none").isEmpty();
        phone.at(SoftAuthenticator.ORIGIN, SoftAuthenticator.HOST);
        assertThat(signIn(scene, tenant, phone)).isPresent();
    }

    @Test
    default void anAuthenticatorThatDidNotLookWhoIsThereIsRefused() throws Exception {
        KeyScene scene = scene();
        TenantId tenant = patientsTenant(scene);
        ReadingKey reader = scene.signIn(tenant, PATIENT).reader();
        SoftAuthenticator phone = added(scene, tenant, reader);

        assertThat(signIn(scene, tenant, phone.unverified())).isEmpty();
        assertThat(add(scene, tenant, reader, new SoftAuthenticator(scene.random()).unverified()))
                .isFalse();
    }

    @Test
    default void aCopyOfAPasskeyIsNoticedByItsCounter() throws Exception {
        KeyScene scene = scene();
        TenantId tenant = patientsTenant(scene);
        SoftAuthenticator phone = added(scene, tenant, scene.signIn(tenant, PATIENT).reader());

        assertThat(signIn(scene, tenant, phone.counting(8))).isPresent();
        assertThat(signIn(scene, tenant, phone.counting(8))).isEmpty();
        assertThat(signIn(scene, tenant, phone.counting(7))).isEmpty();
        assertThat(signIn(scene, tenant, phone.counting(9))).isPresent();
    }

    @Test
    default void somebodyElsesKeyOrPasskeySignsNobodyIn() throws Exception {
        KeyScene scene = scene();
        TenantId tenant = patientsTenant(scene);
        SoftAuthenticator phone = added(scene, tenant, scene.signIn(tenant, PATIENT).reader());
        SoftAuthenticator stranger = new SoftAuthenticator(scene.random());
        Mac256 browser = scene.browser();

        assertThat(signIn(scene, tenant, stranger)).as("unknown").isEmpty();
        String challenge = scene.keys().passkeyChallenge(tenant, browser);
        Assertion his = phone.sign(challenge);
        Assertion forged = stranger.sign(challenge);
        assertThat(
                        redeem(
                                scene,
                                tenant,
                                new Assertion(
                                        his.credential(),
                                        forged.clientData(),
                                        forged.data(),
                                        forged.signature(),
                                        forged.origin()),
                                browser))
                .as("his id, another's key")
                .isEmpty();
        assertThat(signIn(scene, patientsTenant(scene), phone)).as("elsewhere").isEmpty();
    }

    @Test
    default void whatIsNoSignatureIsRefused() throws Exception {
        KeyScene scene = scene();
        TenantId tenant = patientsTenant(scene);
        ReadingKey reader = scene.signIn(tenant, PATIENT).reader();
        SoftAuthenticator phone = added(scene, tenant, reader);
        Mac256 browser = scene.browser();
        Assertion good = phone.sign(scene.keys().passkeyChallenge(tenant, browser));

        for (String bad : List.of("", "!", "AAAA", "e30", "x".repeat(2000))) {
            assertThat(
                            redeem(
                                    scene,
                                    tenant,
                                    new Assertion(good.credential(), bad, bad, bad, bad),
                                    browser))
                    .isEmpty();
            assertThat(
                            settings(scene)
                                    .addPasskey(
                                            tenant,
                                            reader,
                                            new SignInSettings.NewPasskey(bad, bad, bad, "x")))
                    .isFalse();
        }
    }

    @Test
    default void aPasskeyIsAddedForItsOwnChallengeAlone() throws Exception {
        KeyScene scene = scene();
        TenantId tenant = scene.tenant();
        scene.admit(scene.message(tenant, Optional.empty(), PATIENT, DAUGHTER));
        ReadingKey his = scene.signIn(tenant, PATIENT).reader();
        ReadingKey hers = scene.signIn(tenant, DAUGHTER).reader();
        SoftAuthenticator phone = new SoftAuthenticator(scene.random());
        PasskeyOffer offer = settings(scene).offerPasskey(tenant, his);
        String signInChallenge = scene.keys().passkeyChallenge(tenant, scene.browser());

        assertThat(settings(scene).addPasskey(tenant, hers, phone.make(offer.challenge(), "x")))
                .as("another's")
                .isFalse();
        assertThat(settings(scene).addPasskey(tenant, his, phone.make(signInChallenge, "x")))
                .as("one for signing in")
                .isFalse();
        assertThat(settings(scene).addPasskey(tenant, his, phone.make(offer.challenge(), "x")))
                .isTrue();
        assertThat(settings(scene).addPasskey(tenant, his, phone.make(offer.challenge(), "x")))
                .as("used up")
                .isFalse();
        assertThat(settings(scene).offerPasskey(tenant, his).known()).hasSize(1);
    }

    @Test
    default void nobodyAddsOrRemovesAPasskeyLongAfterSigningIn() throws Exception {
        KeyScene scene = scene();
        TenantId tenant = patientsTenant(scene);
        ReadingKey reader = scene.signIn(tenant, PATIENT).reader();
        added(scene, tenant, reader);
        Passkey passkey = settings(scene).overview(tenant, reader).passkeys().getFirst();
        PasskeyOffer offer = settings(scene).offerPasskey(tenant, reader);
        assertThat(settings(scene).overview(tenant, reader).recent()).isTrue();
        scene.clock().advance(Duration.ofMinutes(10));

        assertThat(settings(scene).overview(tenant, reader).recent()).isFalse();
        assertThatThrownBy(() -> settings(scene).offerPasskey(tenant, reader))
                .isInstanceOf(NotRecentException.class);
        assertThatThrownBy(() ->
                        settings(scene)
                                .addPasskey(
                                        tenant,
                                        reader,
                                        new SoftAuthenticator(scene.random())
                                                .make(offer.challenge(), "late")))
                .isInstanceOf(NotRecentException.class);
        assertThatThrownBy(() -> settings(scene).removePasskey(tenant, reader, passkey.id()))
                .isInstanceOf(NotRecentException.class);
        assertThat(settings(scene).overview(tenant, reader).passkeys()).hasSize(1);
    }

    @Test
    default void aRemovedPasskeySignsNobodyInAndEndsHisOtherSessions() throws Exception {
        KeyScene scene = scene();
        TenantId tenant = patientsTenant(scene);
        ReadingKey reader = scene.signIn(tenant, PATIENT).reader();
        SoftAuthenticator phone = added(scene, tenant, reader);
        ReadingKey byPasskey = ((Redeemed) signIn(scene, tenant, phone).orElseThrow()).reader();
        Passkey passkey = settings(scene).overview(tenant, reader).passkeys().getFirst();

        assertThat(settings(scene).removePasskey(tenant, reader, passkey.id())).isTrue();

        assertThat(signIn(scene, tenant, phone)).isEmpty();
        assertThatThrownBy(() -> scene.keys().own(tenant, byPasskey))
                .isInstanceOf(NotSignedInException.class);
        assertThat(scene.keys().own(tenant, reader).address().text()).isEqualTo(PATIENT);
        assertThat(settings(scene).removePasskey(tenant, reader, passkey.id())).isFalse();
    }

    @Test
    default void itsOwnerIsMailedOfEachPasskeyThatIsAddedOrRemoved() throws Exception {
        KeyScene scene = scene();
        TenantId tenant = patientsTenant(scene);
        ReadingKey reader = scene.signIn(tenant, PATIENT).reader();
        added(scene, tenant, reader);
        settings(scene)
                .removePasskey(
                        tenant,
                        reader,
                        settings(scene).overview(tenant, reader).passkeys().getFirst().id());

        assertThat(SignInSettingsContract.told(scene, tenant))
                .containsExactlyInAnyOrder("passkey.added", "passkey.removed");
    }

    @Test
    default void anErasedPersonsPasskeySignsNobodyIn() throws Exception {
        KeyScene scene = scene();
        TenantId tenant = patientsTenant(scene);
        SoftAuthenticator phone = added(scene, tenant, scene.signIn(tenant, PATIENT).reader());

        scene.keys().erase(tenant, KeyScene.address(PATIENT));

        assertThat(signIn(scene, tenant, phone)).isEmpty();
    }

    private static TenantId patientsTenant(KeyScene scene) throws Exception {
        TenantId tenant = scene.tenant();
        scene.admit(scene.message(tenant));
        return tenant;
    }

    private static SoftAuthenticator added(KeyScene scene, TenantId tenant, ReadingKey reader)
            throws Exception {
        SoftAuthenticator phone = new SoftAuthenticator(scene.random());
        assertThat(add(scene, tenant, reader, phone)).isTrue();
        return phone;
    }

    private static boolean add(
            KeyScene scene, TenantId tenant, ReadingKey reader, SoftAuthenticator phone)
            throws Exception {
        String challenge = settings(scene).offerPasskey(tenant, reader).challenge();
        return settings(scene).addPasskey(tenant, reader, phone.make(challenge, "My phone"));
    }

    private static Optional<Outcome> signIn(
            KeyScene scene, TenantId tenant, SoftAuthenticator phone) {
        Mac256 browser = scene.browser();
        return redeem(
                scene, tenant, phone.sign(scene.keys().passkeyChallenge(tenant, browser)), browser);
    }

    private static Optional<Outcome> redeem(
            KeyScene scene, TenantId tenant, Assertion assertion, Mac256 browser) {
        return scene.keys().redeem(tenant, new Redemption.Passkey(assertion, browser));
    }

    private static SignInSettings settings(KeyScene scene) {
        return scene.keys().signInSettings();
    }
}
