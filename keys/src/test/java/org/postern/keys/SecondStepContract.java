package org.postern.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.postern.keys.KeyServiceContract.PATIENT;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.postern.crypto.Totp;
import org.postern.crypto.sealed.Mac256;
import org.postern.db.TenantId;
import org.postern.keys.KeyService.Outcome;
import org.postern.keys.KeyService.ReadingKey;
import org.postern.keys.KeyService.Redeemed;
import org.postern.keys.KeyService.Redemption;
import org.postern.keys.KeyService.SecondStepDue;
import org.postern.keys.KeyService.Visitor;
import org.postern.keys.SignInSettings.Device;

/// The second step, wherever the keys are: with it, link and code alone open nothing.
interface SecondStepContract {

    /// A scene that nobody else changes.
    KeyScene scene();

    @Test
    default void withASecondStepALinkAloneGivesNoReadingKey() throws Exception {
        Owner owner = Owner.with(scene());
        Mac256 browser = owner.scene.browser();

        assertThat(owner.link(browser, Visitor.UNKNOWN))
                .contains(new SecondStepDue(false, Optional.empty()));
        assertThat(owner.scene.events(owner.tenant))
                .filteredOn("sign-in.redeemed"::equals)
                .as("that of the session in which it was turned on")
                .hasSize(1);
        Redeemed redeemed = (Redeemed) owner.second(browser, owner.code()).orElseThrow();
        assertThat(owner.scene.keys().own(owner.tenant, redeemed.reader()).address().text())
                .isEqualTo(PATIENT);
    }

    @Test
    default void theMailsCodeAsksForItToo() throws Exception {
        Owner owner = Owner.with(scene());
        Mac256 browser = owner.scene.browser();
        String code = owner.scene.issue(owner.tenant, PATIENT, browser).code();

        assertThat(owner.scene.keys().redeem(owner.tenant, new Redemption.Code(code, browser)))
                .get()
                .isInstanceOf(SecondStepDue.class);
    }

    @Test
    default void aCodeOfTheAppCountsOnceEvenForAnotherLink() throws Exception {
        Owner owner = Owner.with(scene());
        String code = owner.code();
        Mac256 first = owner.scene.browser();
        Mac256 second = owner.scene.browser();
        owner.link(first, Visitor.UNKNOWN);
        owner.link(second, Visitor.UNKNOWN);

        assertThat(owner.second(first, code)).get().isInstanceOf(Redeemed.class);
        assertThat(owner.second(second, code)).get().isInstanceOf(SecondStepDue.class);
        assertThat(owner.second(first, code)).as("its link is used up").isEmpty();
    }

    @Test
    default void aRightCodeSignsInOnceHoweverOftenItIsTypedAtOnce() throws Exception {
        Owner owner = Owner.with(scene());
        Mac256 browser = owner.scene.browser();
        owner.link(browser, Visitor.UNKNOWN);
        String code = owner.code();

        List<Optional<Outcome>> all = AtOnce.run(5, _ -> () -> owner.second(browser, code));

        assertThat(all.stream().flatMap(Optional::stream).filter(Redeemed.class::isInstance))
                .hasSize(1);
    }

    @Test
    default void theSecondStepCountsInTheBrowserOfTheFirstAndForTenMinutes() throws Exception {
        Owner owner = Owner.with(scene());
        Mac256 browser = owner.scene.browser();
        owner.link(browser, Visitor.UNKNOWN);

        assertThat(owner.second(owner.scene.browser(), owner.code())).isEmpty();
        owner.scene.clock().advance(Duration.ofMinutes(10));
        assertThat(owner.second(browser, owner.code())).isEmpty();
    }

    @Test
    default void afterFiveWrongCodesNoneIsLookedAtForAQuarterOfAnHour() throws Exception {
        Owner owner = Owner.with(scene());
        Mac256 browser = owner.scene.browser();
        owner.link(browser, Visitor.UNKNOWN);
        for (int i = 0; i < 4; i++) {
            assertThat(owner.second(browser, owner.wrong()))
                    .contains(new SecondStepDue(true, Optional.empty()));
        }
        Optional<Instant> until =
                Optional.of(owner.scene.clock().instant().plus(Duration.ofMinutes(15)));
        assertThat(owner.second(browser, owner.wrong())).contains(new SecondStepDue(true, until));

        assertThat(owner.second(browser, owner.code()))
                .as("not even the right one")
                .contains(new SecondStepDue(true, until));
        owner.scene.clock().advance(Duration.ofMinutes(15));
        assertThat(owner.link(browser, Visitor.UNKNOWN))
                .contains(new SecondStepDue(false, Optional.empty()));
        assertThat(owner.second(browser, owner.wrong()))
                .as("one more after the wait")
                .get()
                .extracting(outcome -> ((SecondStepDue) outcome).waitsUntil())
                .isNotEqualTo(Optional.empty());
        assertThat(owner.scene.events(owner.tenant))
                .filteredOn("second-step.held"::equals)
                .hasSize(2);
        assertThat(SignInSettingsContract.told(owner.scene, owner.tenant))
                .contains("second-step.held");
    }

    @Test
    default void whatCannotBeACodeCostsNoTry() throws Exception {
        Owner owner = Owner.with(scene());
        Mac256 browser = owner.scene.browser();
        owner.link(browser, Visitor.UNKNOWN);

        for (String typed : List.of("", "12345", "1234567", "abcdef", "I FORGOT IT", "١٢٣٤٥٦")) {
            assertThat(owner.second(browser, typed))
                    .contains(new SecondStepDue(true, Optional.empty()));
        }

        assertThat(owner.second(browser, owner.code())).get().isInstanceOf(Redeemed.class);
    }

    @Test
    default void manyGuessesAtOnceAreNoMoreThanFive() throws Exception {
        Owner owner = Owner.with(scene());
        Mac256 browser = owner.scene.browser();
        owner.link(browser, Visitor.UNKNOWN);

        AtOnce.run(20, _ -> () -> owner.second(browser, owner.wrong()));

        assertThat(owner.second(browser, owner.code())).get().isInstanceOf(SecondStepDue.class);
        assertThat(owner.scene.events(owner.tenant))
                .filteredOn("second-step.wrong"::equals)
                .hasSize(4);
    }

    @Test
    default void aRecoveryCodeSignsInOnceInThePlaceOfTheAppEvenDuringTheWait() throws Exception {
        Owner owner = Owner.with(scene());
        assertThat(owner.recovery).hasSize(10).doesNotHaveDuplicates();
        Mac256 browser = owner.scene.browser();
        owner.link(browser, Visitor.UNKNOWN);
        for (int i = 0; i < 5; i++) {
            owner.second(browser, owner.wrong());
        }
        String code = owner.recovery.getFirst();
        String typed = code.substring(0, 4).toLowerCase(Locale.ROOT) + " - " + code.substring(4);

        Redeemed redeemed = (Redeemed) owner.second(browser, typed).orElseThrow();

        assertThat(owner.settings().overview(owner.tenant, redeemed.reader()).secondStep())
                .get()
                .extracting(SignInSettings.SecondStep::recoveryCodes)
                .isEqualTo(9);
        Mac256 again = owner.scene.browser();
        owner.link(again, Visitor.UNKNOWN);
        assertThat(owner.second(again, code)).get().isInstanceOf(SecondStepDue.class);
        assertThat(SignInSettingsContract.told(owner.scene, owner.tenant))
                .contains("recovery-code.used");
    }

    @Test
    default void aRememberedDeviceIsSparedTheCodeForThirtyDaysAndNotTheLink() throws Exception {
        Owner owner = Owner.with(scene());
        Visitor laptop = owner.remembered("Firefox, Linux");

        assertThat(owner.link(owner.scene.browser(), laptop)).get().isInstanceOf(Redeemed.class);
        assertThat(owner.link(owner.scene.browser(), Visitor.UNKNOWN))
                .as("elsewhere")
                .get()
                .isInstanceOf(SecondStepDue.class);
        owner.scene.clock().advance(Duration.ofDays(30));
        assertThat(owner.link(owner.scene.browser(), laptop))
                .get()
                .isInstanceOf(SecondStepDue.class);
        assertThat(SignInSettingsContract.told(owner.scene, owner.tenant))
                .contains("device.remembered");
    }

    @Test
    default void aDeviceThatIsForgottenIsAskedAgain() throws Exception {
        Owner owner = Owner.with(scene());
        Visitor laptop = owner.remembered("Firefox, Linux");
        ReadingKey reader =
                ((Redeemed) owner.link(owner.scene.browser(), laptop).orElseThrow()).reader();
        List<Device> devices = owner.settings().overview(owner.tenant, reader).devices();
        assertThat(devices).extracting(Device::device).containsExactly("Firefox, Linux");

        assertThat(owner.settings().forgetDevice(owner.tenant, reader, devices.getFirst().id()))
                .isTrue();

        assertThat(owner.link(owner.scene.browser(), laptop))
                .get()
                .isInstanceOf(SecondStepDue.class);
        assertThat(owner.settings().forgetDevice(owner.tenant, reader, devices.getFirst().id()))
                .isFalse();
    }

    @Test
    default void whoeverWasSparedTheCodeChangesNothing() throws Exception {
        Owner owner = Owner.with(scene());
        Visitor laptop = owner.remembered("Firefox, Linux");
        ReadingKey reader =
                ((Redeemed) owner.link(owner.scene.browser(), laptop).orElseThrow()).reader();

        assertThat(owner.settings().overview(owner.tenant, reader).recent()).isFalse();
        assertThatThrownBy(() -> owner.settings().offerPasskey(owner.tenant, reader))
                .isInstanceOf(NotRecentException.class);
        assertThatThrownBy(() ->
                        owner.settings().turnOffSecondStep(owner.tenant, reader, owner.code()))
                .isInstanceOf(NotRecentException.class);
    }

    @Test
    default void aDeviceOfAnotherMailboxIsAsked() throws Exception {
        KeyScene scene = scene();
        Owner owner = Owner.with(scene);
        Visitor laptop = owner.remembered("Firefox, Linux");
        Owner other = Owner.with(scene);

        assertThat(other.link(scene.browser(), laptop)).get().isInstanceOf(SecondStepDue.class);
    }

    @Test
    default void theSecondStepIsOnOnlyOnceTheAppHasShownTheRightCode() throws Exception {
        KeyScene scene = scene();
        TenantId tenant = scene.tenant();
        scene.admit(scene.message(tenant));
        ReadingKey reader = scene.signIn(tenant, PATIENT).reader();
        SignInSettings settings = scene.keys().signInSettings();

        assertThat(settings.turnOnSecondStep(tenant, reader, "000000")).as("no offer").isEmpty();
        String secret = settings.offerSecondStep(tenant, reader).orElseThrow().secret();
        assertThat(settings.offerSecondStep(tenant, reader).orElseThrow().secret())
                .as("the same while it is being set up")
                .isEqualTo(secret);
        String right = Totp.code(Owner.unbase32(secret), scene.clock().instant());
        String wrong = right.equals("000000") ? "000001" : "000000";
        assertThat(settings.turnOnSecondStep(tenant, reader, wrong)).isEmpty();
        Mac256 browser = scene.browser();
        assertThat(
                        scene.keys()
                                .redeem(
                                        tenant,
                                        new Redemption.Link(
                                                scene.issue(tenant, PATIENT, browser).token(),
                                                browser)))
                .as("nothing is asked yet")
                .get()
                .isInstanceOf(Redeemed.class);
        assertThat(settings.turnOnSecondStep(tenant, reader, right)).isPresent();
        assertThat(settings.offerSecondStep(tenant, reader)).as("its secret is out").isEmpty();
    }

    @Test
    default void turningItOnAndOffEndsOtherSessionsAndIsMailed() throws Exception {
        KeyScene scene = scene();
        TenantId tenant = scene.tenant();
        scene.admit(scene.message(tenant));
        ReadingKey elsewhere = scene.signIn(tenant, PATIENT).reader();
        Owner owner = Owner.of(scene, tenant);

        assertThatThrownBy(() -> scene.keys().own(tenant, elsewhere))
                .isInstanceOf(NotSignedInException.class);
        assertThat(owner.settings().turnOffSecondStep(tenant, owner.reader, owner.wrong()))
                .isFalse();
        assertThat(owner.settings().overview(tenant, owner.reader).secondStep()).isPresent();
        assertThat(owner.settings().turnOffSecondStep(tenant, owner.reader, owner.code())).isTrue();

        assertThat(owner.link(scene.browser(), Visitor.UNKNOWN)).get().isInstanceOf(Redeemed.class);
        assertThat(SignInSettingsContract.told(scene, tenant))
                .containsExactly("second-step.on", "second-step.off");
    }

    @Test
    default void aPasskeyNeedsNoSecondStep() throws Exception {
        Owner owner = Owner.with(scene());
        SoftAuthenticator phone = new SoftAuthenticator(owner.scene.random());
        String challenge = owner.settings().offerPasskey(owner.tenant, owner.reader).challenge();
        owner.settings().addPasskey(owner.tenant, owner.reader, phone.make(challenge, "phone"));
        Mac256 browser = owner.scene.browser();

        assertThat(
                        owner.scene
                                .keys()
                                .redeem(
                                        owner.tenant,
                                        new Redemption.Passkey(
                                                phone.sign(
                                                        owner.scene
                                                                .keys()
                                                                .passkeyChallenge(
                                                                        owner.tenant, browser)),
                                                browser)))
                .get()
                .isInstanceOf(Redeemed.class);
    }

    /// The patient, with an app.
    final class Owner {

        private static final String BASE_32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

        final KeyScene scene;
        final TenantId tenant;
        final ReadingKey reader;
        final List<String> recovery;
        private final byte[] secret;

        private Owner(KeyScene scene, TenantId tenant) throws Exception {
            this.scene = scene;
            this.tenant = tenant;
            this.reader = scene.signIn(tenant, PATIENT).reader();
            this.secret =
                    unbase32(settings().offerSecondStep(tenant, reader).orElseThrow().secret());
            this.recovery =
                    settings()
                            .turnOnSecondStep(
                                    tenant, reader, Totp.code(secret, scene.clock().instant()))
                            .orElseThrow()
                            .codes();
        }

        static Owner with(KeyScene scene) throws Exception {
            TenantId tenant = scene.tenant();
            scene.admit(scene.message(tenant));
            return of(scene, tenant);
        }

        static Owner of(KeyScene scene, TenantId tenant) throws Exception {
            return new Owner(scene, tenant);
        }

        SignInSettings settings() {
            return scene.keys().signInSettings();
        }

        /// What the app shows next.
        String code() {
            scene.clock().advance(Duration.ofSeconds(30));
            return Totp.code(secret, scene.clock().instant());
        }

        /// What it shows at no time near.
        String wrong() {
            for (int code = 0; ; code++) {
                String six = String.format(Locale.ROOT, "%06d", code);
                if (Totp.step(secret, six, scene.clock().instant()).isEmpty()) {
                    return six;
                }
            }
        }

        Optional<Outcome> link(Mac256 browser, Visitor visitor) throws Exception {
            String token = scene.issue(tenant, PATIENT, browser).token();
            return scene.keys().redeem(tenant, new Redemption.Link(token, browser), visitor);
        }

        Optional<Outcome> second(Mac256 browser, String code) {
            return scene.keys().redeem(tenant, new Redemption.SecondStep(code, false, browser));
        }

        /// A device that is remembered from now on.
        Visitor remembered(String device) throws Exception {
            Mac256 browser = scene.browser();
            Visitor first = new Visitor(device, Optional.empty());
            link(browser, first);
            Redeemed redeemed =
                    (Redeemed)
                            scene.keys()
                                    .redeem(
                                            tenant,
                                            new Redemption.SecondStep(code(), true, browser),
                                            first)
                                    .orElseThrow();
            return new Visitor(device, redeemed.device());
        }

        static byte[] unbase32(String text) {
            BigInteger value = BigInteger.ZERO;
            for (int i = 0; i < text.length(); i++) {
                value = value.shiftLeft(5).or(BigInteger.valueOf(BASE_32.indexOf(text.charAt(i))));
            }
            byte[] bytes = value.toByteArray();
            byte[] secret = new byte[20];
            int length = Math.min(20, bytes.length);
            System.arraycopy(bytes, bytes.length - length, secret, 20 - length, length);
            return secret;
        }
    }
}
