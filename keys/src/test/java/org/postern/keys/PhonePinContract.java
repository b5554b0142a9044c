package org.postern.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.postern.keys.KeyServiceContract.DAUGHTER;
import static org.postern.keys.KeyServiceContract.NURSE;
import static org.postern.keys.KeyServiceContract.PATIENT;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.postern.db.MessageId;
import org.postern.db.MessagePassword;
import org.postern.db.PhoneNumber;
import org.postern.db.TenantId;
import org.postern.keys.KeyScene.Sealed;
import org.postern.keys.KeyService.Admitted;
import org.postern.keys.KeyService.IssuedPin;
import org.postern.keys.KeyService.Lock;
import org.postern.keys.KeyService.Phone;
import org.postern.keys.KeyService.PinRequest;
import org.postern.keys.KeyService.ReadingKey;

/// What a key service promises of messages that ask for a PIN from a phone.
interface PhonePinContract {

    PhoneNumber PHONE = new PhoneNumber("+491711234567");
    PhoneNumber OTHER_PHONE = new PhoneNumber("+491717654321");

    KeyScene scene();

    /// A message with a phone, its recipients signed in and its author too.
    record Locked(
            KeyScene scene,
            TenantId tenant,
            Sealed sealed,
            Admitted admitted,
            ReadingKey patient,
            ReadingKey daughter,
            ReadingKey author) {

        static Locked in(KeyScene scene) throws Exception {
            return in(scene, scene.tenant());
        }

        static Locked in(KeyScene scene, TenantId tenant) throws Exception {
            Sealed sealed =
                    scene.message(
                            KeyScene.locked(
                                    PHONE,
                                    scene.envelope(tenant, Optional.of(NURSE), PATIENT, DAUGHTER)),
                            "door-1");
            return new Locked(
                    scene,
                    tenant,
                    sealed,
                    scene.admit(sealed),
                    scene.signIn(tenant, PATIENT).reader(),
                    scene.signIn(tenant, DAUGHTER).reader(),
                    scene.signIn(tenant, NURSE).reader());
        }

        MessageId message() {
            return sealed.message();
        }

        Optional<PinRequest> ask(ReadingKey reader) throws Exception {
            return scene.keys().askPin(tenant, reader, message());
        }

        IssuedPin pin(ReadingKey reader) throws Exception {
            return scene.keys().issuePin(tenant, ask(reader).orElseThrow()).orElseThrow();
        }

        Optional<Lock> lock(ReadingKey reader) throws Exception {
            return scene.keys().lock(tenant, reader, message());
        }

        Optional<Lock> type(ReadingKey reader, String pin) throws Exception {
            return scene.keys().unlock(tenant, reader, message(), pin);
        }

        boolean opens(ReadingKey reader, String address) throws Exception {
            return sealed.openedBy(
                    scene.keys()
                            .open(
                                    tenant,
                                    reader,
                                    sealed.name(),
                                    KeyScene.of(admitted, address).slot()));
        }

        boolean isShut(ReadingKey reader, String address) {
            assertThatThrownBy(() -> opens(reader, address))
                    .isInstanceOf(MessageLockedException.class);
            return true;
        }
    }

    /// Another than this one.
    private static String not(IssuedPin pin) {
        return pin.pin().equals("000000") ? "000001" : "000000";
    }

    private static Lock lock(int tries, int pinsLeft, boolean awaited) {
        return new Lock(
                Optional.empty(),
                tries,
                Optional.of(new Phone("67", pinsLeft, Optional.empty(), awaited)));
    }

    @Test
    default void aMessageWithAPhoneOpensOnceThisSessionHasTypedThePin() throws Exception {
        Locked locked = Locked.in(scene());

        assertThat(locked.isShut(locked.patient(), PATIENT)).isTrue();
        assertThat(locked.lock(locked.patient())).contains(lock(5, 10, false));
        IssuedPin pin = locked.pin(locked.patient());

        assertThat(pin.phone()).isEqualTo(PHONE);
        assertThat(pin.pin()).matches("[0-9]{6}");
        assertThat(locked.lock(locked.patient())).contains(lock(5, 9, true));
        assertThat(locked.type(locked.patient(), not(pin))).contains(lock(4, 9, true));
        assertThat(locked.type(locked.patient(), pin.pin())).isEmpty();
        assertThat(locked.opens(locked.patient(), PATIENT)).isTrue();
        assertThat(locked.lock(locked.patient())).isEmpty();
        assertThat(locked.ask(locked.patient())).as("nothing to be sent any more").isEmpty();
        assertThat(locked.scene().events(locked.tenant()))
                .contains("message.pin-issued", "message.pin-wrong", "message.opened");
    }

    @Test
    default void aPinWorksOnceInOneSession() throws Exception {
        Locked locked = Locked.in(scene());
        String pin = locked.pin(locked.patient()).pin();
        locked.type(locked.patient(), pin);
        ReadingKey later = locked.scene().signIn(locked.tenant(), PATIENT).reader();

        assertThat(locked.type(later, pin)).as("nothing to try").contains(lock(5, 9, false));
        assertThat(locked.isShut(later, PATIENT)).isTrue();
    }

    @Test
    default void thePinOfOneMessageOpensNoOther() throws Exception {
        Locked one = Locked.in(scene());
        Locked other = Locked.in(one.scene(), one.tenant());
        IssuedPin pin = one.pin(one.patient());
        IssuedPin otherPin = other.pin(other.patient());
        while (otherPin.pin().equals(pin.pin())) {
            otherPin = other.pin(other.patient());
        }

        assertThat(other.type(other.patient(), pin.pin()).map(Lock::triesLeft)).contains(4);
        assertThat(one.type(one.patient(), pin.pin())).isEmpty();
        assertThat(other.isShut(one.patient(), PATIENT)).isTrue();
    }

    @Test
    default void thePinOfOneRecipientOpensNothingForAnother() throws Exception {
        Locked locked = Locked.in(scene());
        String pin = locked.pin(locked.patient()).pin();

        assertThat(locked.type(locked.daughter(), pin)).contains(lock(5, 10, false));
        assertThat(locked.isShut(locked.daughter(), DAUGHTER)).isTrue();
        assertThat(locked.type(locked.patient(), pin)).isEmpty();
    }

    @Test
    default void theAuthorIsAskedForNoPin() throws Exception {
        Locked locked = Locked.in(scene());

        assertThat(locked.opens(locked.author(), NURSE)).isTrue();
        assertThat(locked.ask(locked.author())).isEmpty();
    }

    @Test
    default void aPinLivesTenMinutes() throws Exception {
        Locked locked = Locked.in(scene());
        SettableClock clock = locked.scene().clock();
        String expired = locked.pin(locked.patient()).pin();
        clock.advance(Duration.ofMinutes(10));

        assertThat(locked.type(locked.patient(), expired)).contains(lock(5, 9, false));
        String pin = locked.pin(locked.patient()).pin();
        clock.advance(Duration.ofMinutes(10).minusMillis(1));
        assertThat(locked.type(locked.patient(), pin)).isEmpty();
    }

    @Test
    default void onlyTheNewestPinWorks() throws Exception {
        Locked locked = Locked.in(scene());
        IssuedPin first = locked.pin(locked.patient());
        IssuedPin second = locked.pin(locked.patient());
        while (second.pin().equals(first.pin())) {
            second = locked.pin(locked.patient());
        }

        assertThat(locked.type(locked.patient(), first.pin()).map(Lock::triesLeft)).contains(4);
        assertThat(locked.type(locked.patient(), second.pin())).isEmpty();
    }

    @Test
    default void aPinThatCouldNotBeSentIsMadeAgainWhileSomebodyWaitsForIt() throws Exception {
        Locked locked = Locked.in(scene());
        KeyService keys = locked.scene().keys();
        PinRequest request = locked.ask(locked.patient()).orElseThrow();
        keys.issuePin(locked.tenant(), request);
        locked.scene().clock().advance(Duration.ofMinutes(9));

        String again = keys.issuePin(locked.tenant(), request).orElseThrow().pin();

        assertThat(locked.lock(locked.patient()).orElseThrow().phone().orElseThrow().pinsLeft())
                .as("one sending, however often it was tried")
                .isEqualTo(9);
        assertThat(locked.type(locked.patient(), again)).isEmpty();
        assertThat(keys.issuePin(locked.tenant(), request)).as("typed").isEmpty();
    }

    @Test
    default void nobodyWaitsForAPinAfterTenMinutesOrOnceAnotherWasAskedFor() throws Exception {
        Locked locked = Locked.in(scene());
        KeyService keys = locked.scene().keys();
        PinRequest replaced = locked.ask(locked.patient()).orElseThrow();
        PinRequest old = locked.ask(locked.patient()).orElseThrow();

        assertThat(keys.issuePin(locked.tenant(), replaced)).isEmpty();
        locked.scene().clock().advance(Duration.ofMinutes(10));
        assertThat(keys.issuePin(locked.tenant(), old)).isEmpty();
        assertThat(keys.issuePin(locked.tenant(), new PinRequest(locked.scene().id()))).isEmpty();
        assertThat(keys.issuePin(locked.scene().tenant(), old)).isEmpty();
    }

    @Test
    default void fiveWrongPinsShutAMessageForThisRecipientAlone() throws Exception {
        Locked locked = Locked.in(scene());
        IssuedPin pin = locked.pin(locked.patient());
        String wrong = not(pin);

        List<Optional<Lock>> tries = AtOnce.run(8, _ -> () -> locked.type(locked.patient(), wrong));

        assertThat(tries).noneMatch(Optional::isEmpty);
        Lock shut = locked.type(locked.patient(), pin.pin()).orElseThrow();
        assertThat(shut.triesLeft()).isZero();
        assertThat(shut.shutForGood()).isTrue();
        assertThat(locked.ask(locked.patient())).as("no more are sent").isEmpty();
        assertThat(locked.type(locked.daughter(), locked.pin(locked.daughter()).pin())).isEmpty();
    }

    @Test
    default void aNewPinGivesNoNewTries() throws Exception {
        Locked locked = Locked.in(scene());
        locked.type(locked.patient(), not(locked.pin(locked.patient())));

        locked.pin(locked.patient());

        assertThat(locked.lock(locked.patient())).contains(lock(4, 8, true));
    }

    @Test
    default void threePinsAnHourAreSentHoweverManyAreAskedForAtOnce() throws Exception {
        Locked locked = Locked.in(scene());
        SettableClock clock = locked.scene().clock();

        List<Optional<PinRequest>> asked = AtOnce.run(8, _ -> () -> locked.ask(locked.patient()));

        assertThat(asked).filteredOn(Optional::isPresent).hasSize(3);
        assertThat(locked.lock(locked.patient()).orElseThrow().phone().orElseThrow())
                .isEqualTo(
                        new Phone(
                                "67",
                                7,
                                Optional.of(clock.instant().plus(Duration.ofHours(1))),
                                true));
        clock.advance(Duration.ofHours(1).minusMillis(1));
        assertThat(locked.ask(locked.patient())).isEmpty();
        clock.advance(Duration.ofMillis(1));
        assertThat(locked.ask(locked.patient())).isPresent();
    }

    @Test
    default void tenPinsAreSentInAllAndTheLastCanStillBeTyped() throws Exception {
        Locked locked = Locked.in(scene());
        SettableClock clock = locked.scene().clock();
        ReadingKey reader = locked.patient();
        String last = "";
        for (int i = 0; i < 10; i++) {
            clock.advance(Duration.ofMinutes(20));
            last = locked.pin(reader).pin();
        }

        assertThat(locked.ask(reader)).isEmpty();
        assertThat(locked.lock(reader).orElseThrow().shutForGood()).isFalse();
        assertThat(locked.type(reader, last)).isEmpty();
        ReadingKey later = locked.scene().signIn(locked.tenant(), PATIENT).reader();
        assertThat(locked.lock(later).orElseThrow().shutForGood()).isTrue();
    }

    @Test
    default void theAuthorAloneNamesAnotherPhone() throws Exception {
        Locked locked = Locked.in(scene());
        KeyService keys = locked.scene().keys();
        String old = locked.pin(locked.patient()).pin();
        locked.type(locked.daughter(), locked.pin(locked.daughter()).pin());
        for (int i = 0; i < 2; i++) {
            locked.ask(locked.patient());
        }

        assertThat(keys.relock(locked.tenant(), locked.patient(), locked.message(), OTHER_PHONE))
                .isFalse();
        assertThat(keys.relock(locked.tenant(), locked.author(), locked.message(), OTHER_PHONE))
                .isTrue();

        assertThat(locked.type(locked.patient(), old)).isPresent();
        assertThat(locked.isShut(locked.daughter(), DAUGHTER)).isTrue();
        Lock lock = locked.lock(locked.patient()).orElseThrow();
        assertThat(lock.triesLeft()).isEqualTo(5);
        assertThat(lock.phone()).contains(new Phone("21", 10, Optional.empty(), false));
        IssuedPin pin = locked.pin(locked.patient());
        assertThat(pin.phone()).isEqualTo(OTHER_PHONE);
        assertThat(locked.type(locked.patient(), pin.pin())).isEmpty();
        assertThat(locked.scene().events(locked.tenant())).contains("message.phone-changed");
    }

    @Test
    default void aPhoneTakesTheirPasswordFromNoMessageAndNoPasswordThePhone() throws Exception {
        Locked locked = Locked.in(scene());
        KeyService keys = locked.scene().keys();
        Sealed other =
                locked.scene()
                        .message(
                                KeyScene.locked(
                                        new MessagePassword("$argon2id$", Optional.empty()),
                                        locked.scene()
                                                .envelope(
                                                        locked.tenant(),
                                                        Optional.of(NURSE),
                                                        PATIENT)),
                                "door-1");
        locked.scene().admit(other);

        assertThat(keys.relock(locked.tenant(), locked.author(), other.message(), PHONE)).isFalse();
        assertThat(
                        keys.relock(
                                locked.tenant(),
                                locked.author(),
                                locked.message(),
                                new MessagePassword("$argon2id$", Optional.empty())))
                .isFalse();
        assertThat(keys.askPin(locked.tenant(), locked.patient(), other.message())).isEmpty();
    }
}
