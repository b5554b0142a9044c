package org.postern.keys;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.postern.keys.KeyScene.address;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.postern.crypto.DataKey;
import org.postern.crypto.InstanceCertificate;
import org.postern.crypto.PasswordHash;
import org.postern.crypto.RecordKey;
import org.postern.crypto.SigningKey;
import org.postern.crypto.sealed.Mac256;
import org.postern.crypto.sealed.ObjectPreamble;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.SealedRecord;
import org.postern.crypto.sealed.Slot;
import org.postern.crypto.sealed.SpoolSlot;
import org.postern.db.Envelope;
import org.postern.db.MailboxId;
import org.postern.db.MessageId;
import org.postern.db.MessagePassword;
import org.postern.db.ReadingTerms;
import org.postern.db.TenantId;
import org.postern.db.store.SignInRequest;
import org.postern.keys.KeyScene.Sealed;
import org.postern.keys.KeyService.Admitted;
import org.postern.keys.KeyService.AdmittedMailbox;
import org.postern.keys.KeyService.Issued;
import org.postern.keys.KeyService.Lock;
import org.postern.keys.KeyService.ObjectName;
import org.postern.keys.KeyService.Outcome;
import org.postern.keys.KeyService.ReadingKey;
import org.postern.keys.KeyService.Redeemed;
import org.postern.keys.KeyService.Redemption;

/// What every key service does, wherever it keeps its keys.
interface KeyServiceContract {

    String NURSE = "nurse@example.com";
    String PATIENT = "patient@example.org";
    String DAUGHTER = "daughter@example.org";

    KeyScene scene();

    // message passwords

    private static MessagePassword password(String typed) {
        return new MessagePassword(
                PasswordHash.hash(typed, new SecureRandom()), Optional.of("Our flower"));
    }

    private static Sealed lockedMessage(KeyScene scene, TenantId tenant) {
        return scene.message(
                KeyScene.locked(
                        password("Tulips at noon"),
                        scene.envelope(tenant, Optional.of(NURSE), PATIENT, DAUGHTER)),
                "door-1");
    }

    private static DataKey openAs(
            KeyScene scene, ReadingKey reader, Sealed sealed, Admitted admitted, String address)
            throws Exception {
        return scene.keys()
                .open(
                        new TenantId(sealed.object().header().tenant()),
                        reader,
                        sealed.name(),
                        KeyScene.of(admitted, address).slot());
    }

    @Test
    default void aMessageWithAPasswordOpensOnceThisSessionHasTypedIt() throws Exception {
        KeyScene scene = scene();
        TenantId tenant = scene.tenant();
        Sealed sealed = lockedMessage(scene, tenant);
        Admitted admitted = scene.admit(sealed);
        MessageId message = sealed.message();
        ReadingKey reader = scene.signIn(tenant, PATIENT).reader();

        assertThatThrownBy(() -> openAs(scene, reader, sealed, admitted, PATIENT))
                .isInstanceOf(MessageLockedException.class);
        assertThat(scene.keys().lock(tenant, reader, message))
                .contains(new Lock(Optional.of("Our flower"), 5, Optional.empty()));
        assertThat(scene.keys().unlock(tenant, reader, message, "Roses at noon"))
                .contains(new Lock(Optional.of("Our flower"), 4, Optional.empty()));
        assertThat(scene.keys().unlock(tenant, reader, message, " Tulips at noon")).isEmpty();

        assertThat(sealed.openedBy(openAs(scene, reader, sealed, admitted, PATIENT))).isTrue();
        assertThat(scene.keys().lock(tenant, reader, message)).isEmpty();
        ReadingKey later = scene.signIn(tenant, PATIENT).reader();
        assertThat(scene.keys().lock(tenant, later, message))
                .contains(new Lock(Optional.of("Our flower"), 5, Optional.empty()));
        assertThatThrownBy(() -> openAs(scene, later, sealed, admitted, PATIENT))
                .isInstanceOf(MessageLockedException.class);
    }

    @Test
    default void theAuthorIsNotAskedForHisOwnPassword() throws Exception {
        KeyScene scene = scene();
        TenantId tenant = scene.tenant();
        Sealed sealed = lockedMessage(scene, tenant);
        Admitted admitted = scene.admit(sealed);

        ReadingKey author = scene.signIn(tenant, NURSE).reader();

        assertThat(sealed.openedBy(openAs(scene, author, sealed, admitted, NURSE))).isTrue();
    }

    @Test
    default void fiveWrongPasswordsShutAMessageForThisRecipientAlone() throws Exception {
        KeyScene scene = scene();
        TenantId tenant = scene.tenant();
        Sealed sealed = lockedMessage(scene, tenant);
        scene.admit(sealed);
        MessageId message = sealed.message();
        ReadingKey patient = scene.signIn(tenant, PATIENT).reader();
        ReadingKey daughter = scene.signIn(tenant, DAUGHTER).reader();

        List<Optional<Lock>> tries =
                AtOnce.run(
                        8,
                        _ -> () -> scene.keys().unlock(tenant, patient, message, "Roses at noon"));

        assertThat(tries).noneMatch(Optional::isEmpty);
        assertThat(scene.keys().unlock(tenant, patient, message, "Tulips at noon"))
                .contains(new Lock(Optional.of("Our flower"), 0, Optional.empty()));
        assertThat(scene.keys().unlock(tenant, daughter, message, "Tulips at noon")).isEmpty();
        assertThat(scene.events(tenant)).contains("message.password-wrong");
    }

    @Test
    default void theAuthorAloneGivesAMessageAnotherPassword() throws Exception {
        KeyScene scene = scene();
        TenantId tenant = scene.tenant();
        Sealed sealed = lockedMessage(scene, tenant);
        Admitted admitted = scene.admit(sealed);
        MessageId message = sealed.message();
        ReadingKey patient = scene.signIn(tenant, PATIENT).reader();
        ReadingKey author = scene.signIn(tenant, NURSE).reader();
        scene.keys().unlock(tenant, patient, message, "Tulips at noon");
        MessagePassword other =
                new MessagePassword(
                        PasswordHash.hash("Lilies at nine", new SecureRandom()), Optional.empty());

        assertThat(scene.keys().relock(tenant, patient, message, other)).isFalse();
        assertThat(scene.keys().lock(tenant, patient, message)).isEmpty();
        assertThat(scene.keys().relock(tenant, author, message, other)).isTrue();

        assertThatThrownBy(() -> openAs(scene, patient, sealed, admitted, PATIENT))
                .isInstanceOf(MessageLockedException.class);
        assertThat(scene.keys().unlock(tenant, patient, message, "Tulips at noon"))
                .contains(new Lock(Optional.empty(), 4, Optional.empty()));
        assertThat(scene.keys().unlock(tenant, patient, message, "Lilies at nine")).isEmpty();
    }

    @Test
    default void aPasswordOfOneMessageOpensNoOther() throws Exception {
        KeyScene scene = scene();
        TenantId tenant = scene.tenant();
        Sealed mine = lockedMessage(scene, tenant);
        Sealed other = lockedMessage(scene, tenant);
        scene.admit(mine);
        Admitted admitted = scene.admit(other);
        ReadingKey patient = scene.signIn(tenant, PATIENT).reader();

        scene.keys().unlock(tenant, patient, mine.message(), "Tulips at noon");

        assertThatThrownBy(() -> openAs(scene, patient, other, admitted, PATIENT))
                .isInstanceOf(MessageLockedException.class);
        assertThatThrownBy(() ->
                        scene.keys()
                                .unlock(scene.tenant(), patient, other.message(), "Tulips at noon"))
                .isInstanceOf(NotSignedInException.class);
    }

    // admit

    @Test
    default void eachAddressHasOneSlotHoweverItIsWritten() throws Exception {
        KeyScene scene = scene();
        Sealed sealed =
                scene.message(
                        scene.tenant(),
                        Optional.of("Nurse@Example.COM"),
                        "Patient@example.org",
                        "patient@EXAMPLE.org",
                        DAUGHTER,
                        NURSE);

        Admitted admitted = scene.admit(sealed);

        assertThat(admitted.mailboxes())
                .extracting(
                        mailbox -> mailbox.address().text(),
                        AdmittedMailbox::recipient,
                        AdmittedMailbox::author)
                .containsExactly(
                        tuple("Patient@example.org", true, false),
                        tuple(DAUGHTER, true, false),
                        tuple("nurse@example.com", true, true));
        assertThat(sealed.openedBy(admitted.dataKey())).isTrue();
    }

    @Test
    default void aMailboxIsKnownAgainAndKeepsItsAddressAsFirstWritten() throws Exception {
        KeyScene scene = scene();
        TenantId tenant = scene.tenant();
        Admitted first =
                scene.admit(scene.message(tenant, Optional.empty(), "Patient@example.org"));
        Admitted second = scene.admit(scene.message(tenant, Optional.empty(), PATIENT));

        assertThat(second.mailboxes().getFirst().mailbox())
                .isEqualTo(first.mailboxes().getFirst().mailbox());
        assertThat(second.mailboxes().getFirst().address().text()).isEqualTo("Patient@example.org");
        assertThat(second.mailboxes().getFirst().addressMac())
                .isEqualTo(first.mailboxes().getFirst().addressMac());
    }

    @Test
    default void oneAddressHasAMailboxOfItsOwnAtEachTenant() throws Exception {
        KeyScene scene = scene();
        AdmittedMailbox here = scene.admit(scene.message(scene.tenant())).mailboxes().getFirst();
        AdmittedMailbox there = scene.admit(scene.message(scene.tenant())).mailboxes().getFirst();

        assertThat(here.mailbox()).isNotEqualTo(there.mailbox());
        assertThat(here.addressMac()).isNotEqualTo(there.addressMac());
    }

    @Test
    default void aMessageFromNobodyHasNoSentSlot() throws Exception {
        KeyScene scene = scene();
        Admitted admitted = scene.admit(scene.message(scene.tenant(), Optional.empty(), PATIENT));

        assertThat(admitted.mailboxes()).hasSize(1).noneMatch(AdmittedMailbox::author);
    }

    @Test
    default void admittedAgainAMessageHasTheSameMailboxesAndSlotsThatOpen() throws Exception {
        KeyScene scene = scene();
        TenantId tenant = scene.tenant();
        Sealed sealed = scene.message(tenant);
        Admitted first = scene.admit(sealed);
        Admitted second = scene.admit(sealed);

        assertThat(mailboxes(second)).isEqualTo(mailboxes(first));
        ReadingKey reader = scene.signIn(tenant, PATIENT).reader();
        for (Admitted admitted : List.of(first, second)) {
            Slot slot = KeyScene.of(admitted, PATIENT).slot();
            assertThat(sealed.openedBy(scene.keys().open(tenant, reader, sealed.name(), slot)))
                    .isTrue();
        }
    }

    @Test
    default void aRecalledMessageIsNotRevivedByAdmittingItAgain() throws Exception {
        KeyScene scene = scene();
        TenantId tenant = scene.tenant();
        Sealed sealed = scene.message(tenant);
        Slot slot = KeyScene.of(scene.admit(sealed), PATIENT).slot();
        ReadingKey reader = scene.signIn(tenant, PATIENT).reader();

        scene.keys().destroy(tenant, sealed.message(), Set.of());

        assertThat(scene.admit(sealed).mailboxes()).isEmpty();
        assertThatThrownBy(() -> scene.keys().open(tenant, reader, sealed.name(), slot))
                .isInstanceOf(OpeningFailedException.class);
        assertThat(scene.keys().summaries(tenant, reader, Set.of(sealed.name()))).isEmpty();
    }

    @Test
    default void aMessageRecalledForOneStaysWithTheOthers() throws Exception {
        KeyScene scene = scene();
        TenantId tenant = scene.tenant();
        Sealed sealed = scene.message(tenant, Optional.of(NURSE), PATIENT, DAUGHTER);
        Admitted admitted = scene.admit(sealed);

        scene.keys()
                .destroy(
                        tenant, sealed.message(), Set.of(KeyScene.of(admitted, PATIENT).mailbox()));

        assertThat(scene.admit(sealed).mailboxes())
                .extracting(mailbox -> mailbox.address().text())
                .containsExactly(DAUGHTER, NURSE);
        ReadingKey patient = scene.signIn(tenant, PATIENT).reader();
        ReadingKey daughter = scene.signIn(tenant, DAUGHTER).reader();
        assertThatThrownBy(() ->
                        scene.keys()
                                .open(
                                        tenant,
                                        patient,
                                        sealed.name(),
                                        KeyScene.of(admitted, PATIENT).slot()))
                .isInstanceOf(OpeningFailedException.class);
        assertThat(
                        sealed.openedBy(
                                scene.keys()
                                        .open(
                                                tenant,
                                                daughter,
                                                sealed.name(),
                                                KeyScene.of(admitted, DAUGHTER).slot())))
                .isTrue();
    }

    @Test
    default void destroyingAtOneTenantDestroysNothingAtAnother() throws Exception {
        KeyScene scene = scene();
        Sealed sealed = scene.message(scene.tenant());
        scene.admit(sealed);

        scene.keys().destroy(scene.tenant(), sealed.message(), Set.of());

        assertThat(scene.admit(sealed).mailboxes()).hasSize(2);
    }

    @Test
    default void twoWhoAdmitOneMessageAtOnceAgree() throws Exception {
        KeyScene scene = scene();
        TenantId tenant = scene.tenant();
        for (int round = 0; round < 5; round++) {
            Sealed sealed = scene.message(tenant);
            List<Admitted> admitted = AtOnce.run(4, _ -> () -> scene.admit(sealed));

            assertThat(admitted.stream().map(KeyServiceContract::mailboxes).distinct()).hasSize(1);
            ReadingKey reader = scene.signIn(tenant, PATIENT).reader();
            for (Admitted one : admitted) {
                Slot slot = KeyScene.of(one, PATIENT).slot();
                assertThat(sealed.openedBy(scene.keys().open(tenant, reader, sealed.name(), slot)))
                        .isTrue();
            }
        }
    }

    @Test
    default void twoMessagesForTheSameNewPeopleNeverWaitForEachOther() throws Exception {
        KeyScene scene = scene();
        TenantId tenant = scene.tenant();
        List<String> people = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            people.add("person-" + i + "@example.org");
        }
        List<Sealed> messages = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            messages.add(scene.message(tenant, Optional.empty(), people.toArray(String[]::new)));
            Collections.reverse(people);
        }

        List<Admitted> admitted =
                AtOnce.run(messages.size(), i -> () -> scene.admit(messages.get(i)));

        assertThat(admitted).allSatisfy(one -> assertThat(one.mailboxes()).hasSize(people.size()));
        assertThat(admitted.stream().map(one -> new HashSet<>(mailboxes(one))).distinct())
                .hasSize(1);
        assertThat(admitted.get(1).mailboxes())
                .first()
                .extracting(mailbox -> mailbox.address().text())
                .isEqualTo("person-39@example.org");
    }

    @Test
    default void whatBelongsToAnotherMessageIsRefused() throws Exception {
        KeyScene scene = scene();
        TenantId tenant = scene.tenant();
        Sealed one = scene.message(tenant);
        Sealed other = scene.message(tenant);
        Sealed elsewhere =
                scene.message(
                        scene.envelope(tenant, Optional.of(NURSE), PATIENT), "another-instance");

        List<Sealed> swapped =
                List.of(
                        with(one, other.object(), one.certificate(), one.slot(), one.envelope()),
                        with(one, one.object(), one.certificate(), other.slot(), one.envelope()),
                        with(one, one.object(), one.certificate(), one.slot(), other.envelope()),
                        // the same instance id, another key
                        with(one, one.object(), other.certificate(), one.slot(), one.envelope()),
                        with(
                                one,
                                one.object(),
                                elsewhere.certificate(),
                                one.slot(),
                                one.envelope()));

        assertThat(swapped)
                .allSatisfy(wrong ->
                        assertThatThrownBy(() -> scene.admit(wrong))
                                .isInstanceOf(OpeningFailedException.class));
        assertThat(scene.admit(one).mailboxes()).hasSize(2);
    }

    @Test
    default void mailThatNoInstanceOfOursSealedIsRefused() throws Exception {
        KeyScene scene = scene();
        TenantId tenant = scene.tenant();
        SigningKey key = SigningKey.generate(scene.random());
        var forged =
                InstanceCertificate.issue(
                        SigningKey.generate(scene.random()),
                        "door-1",
                        key.publicKey(),
                        scene.clock().instant(),
                        scene.clock().instant().plus(Duration.ofDays(1)));
        Envelope envelope = scene.envelope(tenant, Optional.empty(), "planted@example.org");

        Sealed planted = scene.message(tenant, envelope, key, forged);

        assertThatThrownBy(() -> scene.admit(planted)).isInstanceOf(OpeningFailedException.class);
        assertThat(
                        scene.keys()
                                .issue(
                                        scene.request(
                                                tenant, "planted@example.org", scene.browser())))
                .as("a mailbox made by it")
                .isEmpty();
    }

    @Test
    default void mailSealedAfterItsInstancesCertificateEndedIsRefused() throws Exception {
        KeyScene scene = scene();
        TenantId tenant = scene.tenant();
        Envelope envelope = scene.envelope(tenant, Optional.empty(), PATIENT);
        SigningKey key = SigningKey.generate(scene.random());
        var certificate =
                scene.authority()
                        .certify(
                                "door-1",
                                key.publicKey(),
                                scene.clock().instant().plus(Duration.ofDays(14)));
        Sealed inTime = scene.message(tenant, envelope, key, certificate);

        scene.clock().advance(Duration.ofDays(15));
        Sealed tooLate = scene.message(tenant, envelope, key, certificate);

        assertThatThrownBy(() -> scene.admit(tooLate)).isInstanceOf(OpeningFailedException.class);
        assertThat(scene.admit(inTime).mailboxes())
                .as("waiting makes no mail inadmissible")
                .hasSize(1);
    }

    @Test
    default void aDoorWhoseClockIsALittleBehindSealsAdmissibleMail() throws Exception {
        KeyScene scene = scene();
        TenantId tenant = scene.tenant();
        SigningKey key = SigningKey.generate(scene.random());
        var certificate =
                scene.authority()
                        .certify(
                                "door-1",
                                key.publicKey(),
                                scene.clock().instant().plus(Duration.ofDays(14)));

        scene.clock().advance(Duration.ofHours(-1));

        assertThat(
                        scene.admit(
                                        scene.message(
                                                tenant,
                                                scene.envelope(tenant, Optional.empty(), PATIENT),
                                                key,
                                                certificate))
                                .mailboxes())
                .hasSize(1);
    }

    @Test
    default void anEnvelopeOfOneTenantUnderTheHeaderOfAnotherIsRefused() throws Exception {
        KeyScene scene = scene();
        TenantId tenant = scene.tenant();
        Envelope others = scene.envelope(scene.tenant(), Optional.of(NURSE), PATIENT);
        SigningKey key = SigningKey.generate(scene.random());

        Sealed mixed =
                scene.message(
                        tenant,
                        others,
                        key,
                        scene.authority()
                                .certify(
                                        "door-1",
                                        key.publicKey(),
                                        scene.clock().instant().plus(Duration.ofDays(1))));

        assertThatThrownBy(() -> scene.admit(mixed)).isInstanceOf(OpeningFailedException.class);
    }

    // open

    @Test
    default void aReaderOpensHisOwnSlotAndThatIsRecorded() throws Exception {
        KeyScene scene = scene();
        TenantId tenant = scene.tenant();
        Sealed sealed = scene.message(tenant);
        Admitted admitted = scene.admit(sealed);
        ReadingKey reader = scene.signIn(tenant, PATIENT).reader();

        DataKey key =
                scene.keys()
                        .open(tenant, reader, sealed.name(), KeyScene.of(admitted, PATIENT).slot());

        assertThat(sealed.openedBy(key)).isTrue();
        assertThat(scene.events(tenant))
                .containsExactlyInAnyOrder("sign-in.redeemed", "message.opened");
        scene.keys().summaries(tenant, reader, Set.of(sealed.name()));
        assertThat(scene.events(tenant)).as("only opening a body is recorded").hasSize(2);
    }

    // terms

    @Test
    default void aMessageIsRefusedOnceItsTimeIsOverAndShreddedAfterItsGrace() throws Exception {
        KeyScene scene = scene();
        TenantId tenant = scene.tenant();
        Instant refused = scene.clock().instant().plus(Duration.ofHours(2));
        Sealed sealed =
                scene.message(
                        KeyScene.on(
                                new ReadingTerms(
                                        refused, refused.plus(Duration.ofHours(3)), false, false),
                                scene.envelope(tenant, Optional.of(NURSE), PATIENT)),
                        "door-1");
        Slot slot = KeyScene.of(scene.admit(sealed), PATIENT).slot();
        ReadingKey reader = scene.signIn(tenant, PATIENT).reader();
        assertThat(sealed.openedBy(scene.keys().open(tenant, reader, sealed.name(), slot)))
                .isTrue();

        scene.clock().advance(Duration.ofHours(2));
        assertThatThrownBy(() -> scene.keys().open(tenant, reader, sealed.name(), slot))
                .isInstanceOf(OpeningFailedException.class);
        assertThat(scene.keys().summaries(tenant, reader, Set.of(sealed.name()))).isEmpty();
        assertThat(scene.admit(sealed).mailboxes()).as("admitted again").isEmpty();
        assertThat(scene.shredding().getAsInt()).as("within its grace").isZero();

        scene.clock().advance(Duration.ofHours(3));
        assertThat(scene.shredding().getAsInt()).as("the patient's and the nurse's").isEqualTo(2);
        assertThat(scene.shredding().getAsInt()).isZero();
    }

    @Test
    default void aMessageToBeReadOnceClosesAnHourAfterItsRecipientOpenedIt() throws Exception {
        KeyScene scene = scene();
        TenantId tenant = scene.tenant();
        Instant refused = scene.clock().instant().plus(Duration.ofDays(30));
        Sealed sealed =
                scene.message(
                        KeyScene.on(
                                new ReadingTerms(
                                        refused, refused.plus(Duration.ofDays(14)), true, false),
                                scene.envelope(tenant, Optional.of(NURSE), PATIENT, DAUGHTER)),
                        "door-1");
        Admitted admitted = scene.admit(sealed);
        ReadingKey patient = scene.signIn(tenant, PATIENT).reader();
        ReadingKey daughter = scene.signIn(tenant, DAUGHTER).reader();
        ReadingKey nurse = scene.signIn(tenant, NURSE).reader();
        Slot his = KeyScene.of(admitted, PATIENT).slot();
        Slot hers = KeyScene.of(admitted, NURSE).slot();
        scene.keys().open(tenant, patient, sealed.name(), his);
        scene.keys().open(tenant, nurse, sealed.name(), hers);

        scene.clock().advance(Duration.ofMinutes(59));
        scene.keys().open(tenant, patient, sealed.name(), his); // an attachment
        scene.clock().advance(Duration.ofMinutes(1));
        assertThatThrownBy(() -> scene.keys().open(tenant, patient, sealed.name(), his))
                .isInstanceOf(OpeningFailedException.class);
        assertThat(scene.shredding().getAsInt()).as("nothing gives it back").isEqualTo(1);
        assertThat(scene.keys().summaries(tenant, daughter, Set.of(sealed.name())))
                .as("she has not opened it yet")
                .hasSize(1);
        assertThat(sealed.openedBy(scene.keys().open(tenant, nurse, sealed.name(), hers)))
                .as("who wrote it reads it as often as she likes")
                .isTrue();
    }

    @Test
    default void aRecallAndTheEndOfASessionAreRecorded() throws Exception {
        KeyScene scene = scene();
        TenantId tenant = scene.tenant();
        Sealed sealed = scene.message(tenant);
        Admitted admitted = scene.admit(sealed);
        ReadingKey reader = scene.signIn(tenant, PATIENT).reader();

        scene.keys().end(tenant, reader);
        scene.keys().end(tenant, reader);
        scene.keys()
                .destroy(
                        tenant, sealed.message(), Set.of(KeyScene.of(admitted, PATIENT).mailbox()));
        scene.keys().destroy(tenant, sealed.message(), Set.of());

        assertThat(scene.events(tenant))
                .containsExactlyInAnyOrder(
                        "sign-in.redeemed",
                        "session.ended",
                        "message.recalled",
                        "message.recalled");
    }

    @Test
    default void aPortalCannotOpenWhatItsReaderHasNoSlotOf() throws Exception {
        KeyScene scene = scene();
        TenantId tenant = scene.tenant();
        Sealed his = scene.message(tenant, Optional.empty(), PATIENT);
        Sealed hers = scene.message(tenant, Optional.empty(), DAUGHTER);
        Slot hisSlot = KeyScene.of(scene.admit(his), PATIENT).slot();
        Slot herSlot = KeyScene.of(scene.admit(hers), DAUGHTER).slot();
        Sealed both = scene.message(tenant, Optional.empty(), PATIENT, DAUGHTER);
        Slot herSlotOfBoth = KeyScene.of(scene.admit(both), DAUGHTER).slot();
        TenantId otherTenant = scene.tenant();
        Sealed elsewhere = scene.message(otherTenant, Optional.empty(), PATIENT);
        Slot slotElsewhere = KeyScene.of(scene.admit(elsewhere), PATIENT).slot();
        ReadingKey reader = scene.signIn(tenant, PATIENT).reader();

        Map<ObjectName, Slot> attempts =
                Map.of(
                        hers.name(),
                        herSlot,
                        his.name(),
                        herSlot,
                        both.name(),
                        herSlotOfBoth,
                        elsewhere.name(),
                        slotElsewhere,
                        new ObjectName(his.message(), hers.name().headerHash()),
                        hisSlot,
                        new ObjectName(hers.message(), his.name().headerHash()),
                        hisSlot,
                        new ObjectName(new MessageId(scene.id()), his.name().headerHash()),
                        hisSlot);

        assertThat(attempts)
                .allSatisfy((name, slot) ->
                        assertThatThrownBy(() -> scene.keys().open(tenant, reader, name, slot))
                                .isInstanceOf(OpeningFailedException.class));
        assertThat(scene.events(tenant))
                .as("nothing was opened")
                .containsExactly("sign-in.redeemed");
    }

    @Test
    default void aReadingKeyIsGoodAtItsOwnTenantAlone() throws Exception {
        KeyScene scene = scene();
        TenantId tenant = scene.tenant();
        TenantId other = scene.tenant();
        scene.admit(scene.message(tenant));
        scene.admit(scene.message(other));
        ReadingKey reader = scene.signIn(tenant, PATIENT).reader();

        assertThatThrownBy(() -> scene.keys().own(other, reader))
                .isInstanceOf(NotSignedInException.class);
        assertThat(scene.keys().own(tenant, reader).address().text()).isEqualTo(PATIENT);
    }

    @Test
    default void aReadingKeyEndsAfterEightHours() throws Exception {
        KeyScene scene = scene();
        TenantId tenant = scene.tenant();
        scene.admit(scene.message(tenant));
        Redeemed redeemed = scene.signIn(tenant, PATIENT);

        assertThat(redeemed.endsAt()).isEqualTo(scene.clock().instant().plus(Duration.ofHours(8)));
        scene.clock().advance(Duration.ofHours(8).minusMillis(1));
        assertThat(scene.keys().own(tenant, redeemed.reader()).mailbox())
                .isEqualTo(redeemed.mailbox());
        scene.clock().advance(Duration.ofMillis(1));
        assertThatThrownBy(() -> scene.keys().own(tenant, redeemed.reader()))
                .isInstanceOf(NotSignedInException.class);
    }

    @Test
    default void withoutAReadingKeyNothingIsAnswered() throws Exception {
        KeyScene scene = scene();
        TenantId tenant = scene.tenant();
        Sealed sealed = scene.message(tenant);
        Slot slot = KeyScene.of(scene.admit(sealed), PATIENT).slot();
        ReadingKey ended = scene.signIn(tenant, PATIENT).reader();
        scene.keys().end(tenant, ended);

        for (ReadingKey key : List.of(ended, new ReadingKey("guessed"), new ReadingKey(""))) {
            assertThatThrownBy(() -> scene.keys().open(tenant, key, sealed.name(), slot))
                    .isInstanceOf(NotSignedInException.class);
            assertThatThrownBy(() -> scene.keys().summaries(tenant, key, Set.of(sealed.name())))
                    .isInstanceOf(NotSignedInException.class);
            assertThatThrownBy(() -> scene.keys().own(tenant, key))
                    .isInstanceOf(NotSignedInException.class);
        }
    }

    @Test
    default void aPageOfSummaryKeysHoldsThoseOfTheReaderAlone() throws Exception {
        KeyScene scene = scene();
        TenantId tenant = scene.tenant();
        Sealed his = scene.message(tenant, Optional.empty(), PATIENT);
        Sealed hers = scene.message(tenant, Optional.empty(), DAUGHTER);
        Sealed both = scene.message(tenant, Optional.empty(), PATIENT, DAUGHTER);
        RecordKey hisKey = KeyScene.of(scene.admit(his), PATIENT).summaryKey();
        scene.admit(hers);
        Admitted admitted = scene.admit(both);
        ReadingKey reader = scene.signIn(tenant, PATIENT).reader();

        Map<MessageId, RecordKey> keys =
                scene.keys()
                        .summaries(tenant, reader, Set.of(his.name(), hers.name(), both.name()));

        assertThat(keys).containsOnlyKeys(his.message(), both.message());
        assertThat(same(scene, hisKey, requireNonNull(keys.get(his.message())))).isTrue();
        assertThat(
                        same(
                                scene,
                                KeyScene.of(admitted, PATIENT).summaryKey(),
                                requireNonNull(keys.get(both.message()))))
                .isTrue();
        assertThat(
                        same(
                                scene,
                                KeyScene.of(admitted, DAUGHTER).summaryKey(),
                                requireNonNull(keys.get(both.message()))))
                .isFalse();
        assertThat(scene.keys().summaries(tenant, reader, Set.of())).isEmpty();
    }

    // issue and redeem

    @Test
    default void aLinkSignsInOnceEvenWhenItIsUsedTwentyTimesAtOnce() throws Exception {
        KeyScene scene = scene();
        TenantId tenant = scene.tenant();
        scene.admit(scene.message(tenant));
        Mac256 browser = scene.browser();
        Issued issued = scene.issue(tenant, PATIENT, browser);

        List<Optional<Outcome>> redeemed =
                AtOnce.run(
                        20,
                        _ ->
                                () ->
                                        scene.keys()
                                                .redeem(
                                                        tenant,
                                                        new Redemption.Link(
                                                                issued.token(), browser)));

        assertThat(redeemed.stream().filter(Optional::isPresent)).hasSize(1);
        assertThat(scene.keys().redeem(tenant, new Redemption.Code(issued.code(), browser)))
                .as("its code too is used up")
                .isEmpty();
        assertThat(scene.events(tenant)).containsExactly("sign-in.redeemed");
    }

    @Test
    default void aCodeSignsInOnceEvenWhenItIsTypedManyTimesAtOnce() throws Exception {
        KeyScene scene = scene();
        TenantId tenant = scene.tenant();
        scene.admit(scene.message(tenant));
        Mac256 browser = scene.browser();
        Issued issued = scene.issue(tenant, PATIENT, browser);

        List<Optional<Outcome>> redeemed =
                AtOnce.run(
                        5,
                        _ ->
                                () ->
                                        scene.keys()
                                                .redeem(
                                                        tenant,
                                                        new Redemption.Code(
                                                                issued.code(), browser)));

        assertThat(redeemed.stream().filter(Optional::isPresent)).hasSize(1);
        assertThat(scene.keys().redeem(tenant, new Redemption.Link(issued.token(), browser)))
                .as("its link too is used up")
                .isEmpty();
    }

    @Test
    default void aCodeIsReadAsPeopleTypeIt() throws Exception {
        KeyScene scene = scene();
        TenantId tenant = scene.tenant();
        scene.admit(scene.message(tenant));
        Mac256 browser = scene.browser();
        String code = scene.issue(tenant, PATIENT, browser).code();

        String typed =
                " " + code.substring(0, 4).toLowerCase(Locale.ROOT) + " - " + code.substring(4);

        assertThat(scene.keys().redeem(tenant, new Redemption.Code(typed, browser))).isPresent();
    }

    @Test
    default void anotherBrowserSignsInByNeitherLinkNorCode() throws Exception {
        KeyScene scene = scene();
        TenantId tenant = scene.tenant();
        scene.admit(scene.message(tenant));
        Mac256 browser = scene.browser();
        Issued issued = scene.issue(tenant, PATIENT, browser);
        Mac256 stranger = scene.browser();

        assertThat(scene.keys().redeem(tenant, new Redemption.Link(issued.token(), stranger)))
                .isEmpty();
        assertThat(scene.keys().redeem(tenant, new Redemption.Code(issued.code(), stranger)))
                .isEmpty();
        assertThat(
                        scene.keys()
                                .redeem(
                                        scene.tenant(),
                                        new Redemption.Link(issued.token(), browser)))
                .as("at another tenant")
                .isEmpty();
        assertThat(scene.keys().redeem(tenant, new Redemption.Link(issued.token(), browser)))
                .as("it was not spent by that")
                .isPresent();
    }

    @Test
    default void fiveWrongCodesEndAChallenge() throws Exception {
        KeyScene scene = scene();
        TenantId tenant = scene.tenant();
        scene.admit(scene.message(tenant));
        Mac256 browser = scene.browser();
        Issued issued = scene.issue(tenant, PATIENT, browser);
        for (int i = 0; i < 4; i++) {
            assertThat(scene.keys().redeem(tenant, new Redemption.Code("wrong", browser)))
                    .isEmpty();
        }
        Mac256 patientBrowser = scene.browser();
        Issued patientIssued = scene.issue(tenant, PATIENT, patientBrowser);
        for (int i = 0; i < 5; i++) {
            assertThat(scene.keys().redeem(tenant, new Redemption.Code("wrong", patientBrowser)))
                    .isEmpty();
        }

        assertThat(scene.keys().redeem(tenant, new Redemption.Code(issued.code(), browser)))
                .as("the fifth try, and right")
                .isPresent();
        assertThat(
                        scene.keys()
                                .redeem(
                                        tenant,
                                        new Redemption.Code(patientIssued.code(), patientBrowser)))
                .as("the sixth try, and right")
                .isEmpty();
    }

    @Test
    default void fiveWrongCodesTypedAtOnceEndAChallengeToo() throws Exception {
        KeyScene scene = scene();
        TenantId tenant = scene.tenant();
        scene.admit(scene.message(tenant));
        Mac256 browser = scene.browser();
        Issued issued = scene.issue(tenant, PATIENT, browser);

        AtOnce.run(
                8,
                i -> () -> scene.keys().redeem(tenant, new Redemption.Code("wrong" + i, browser)));

        assertThat(scene.keys().redeem(tenant, new Redemption.Code(issued.code(), browser)))
                .isEmpty();
    }

    @Test
    default void aChallengeLivesTenMinutes() throws Exception {
        KeyScene scene = scene();
        TenantId tenant = scene.tenant();
        scene.admit(scene.message(tenant));
        Mac256 early = scene.browser();
        Mac256 late = scene.browser();
        Issued earlyIssued = scene.issue(tenant, PATIENT, early);
        Issued lateIssued = scene.issue(tenant, PATIENT, late);

        scene.clock().advance(Duration.ofMinutes(10).minusMillis(1));
        assertThat(scene.keys().redeem(tenant, new Redemption.Link(earlyIssued.token(), early)))
                .isPresent();
        scene.clock().advance(Duration.ofMillis(1));
        assertThat(scene.keys().redeem(tenant, new Redemption.Link(lateIssued.token(), late)))
                .isEmpty();
        assertThat(scene.keys().redeem(tenant, new Redemption.Code(lateIssued.code(), late)))
                .isEmpty();
    }

    @Test
    default void theNewestChallengeOfABrowserVoidsItsOlderOnes() throws Exception {
        KeyScene scene = scene();
        TenantId tenant = scene.tenant();
        scene.admit(scene.message(tenant));
        Mac256 browser = scene.browser();
        Mac256 other = scene.browser();
        Issued older = scene.issue(tenant, PATIENT, browser);
        Issued others = scene.issue(tenant, PATIENT, other);
        Issued newest = scene.issue(tenant, PATIENT, browser);

        assertThat(scene.keys().redeem(tenant, new Redemption.Link(older.token(), browser)))
                .isEmpty();
        assertThat(scene.keys().redeem(tenant, new Redemption.Link(newest.token(), browser)))
                .isPresent();
        assertThat(scene.keys().redeem(tenant, new Redemption.Link(others.token(), other)))
                .as("a stranger who asks spoils nobody's link")
                .isPresent();
    }

    @Test
    default void aBrowserThatAsksManyTimesAtOnceHasOneChallenge() throws Exception {
        KeyScene scene = scene();
        TenantId tenant = scene.tenant();
        scene.admit(scene.message(tenant));
        Mac256 browser = scene.browser();

        List<Issued> issued = AtOnce.run(4, _ -> () -> scene.issue(tenant, PATIENT, browser));

        List<Optional<Outcome>> redeemed = new ArrayList<>();
        for (Issued one : issued) {
            redeemed.add(scene.keys().redeem(tenant, new Redemption.Link(one.token(), browser)));
        }
        assertThat(redeemed.stream().filter(Optional::isPresent)).hasSize(1);
    }

    @Test
    default void aBrowserThatSignedInMayAskAgain() throws Exception {
        KeyScene scene = scene();
        TenantId tenant = scene.tenant();
        scene.admit(scene.message(tenant));
        Mac256 browser = scene.browser();

        for (int i = 0; i < 2; i++) {
            Issued issued = scene.issue(tenant, PATIENT, browser);
            assertThat(scene.keys().redeem(tenant, new Redemption.Code(issued.code(), browser)))
                    .isPresent();
        }
    }

    @Test
    default void nobodyIsToldAnythingAtAnUnknownAddress() throws Exception {
        KeyScene scene = scene();
        TenantId tenant = scene.tenant();
        scene.admit(scene.message(scene.tenant()));

        assertThat(scene.keys().issue(scene.request(tenant, PATIENT, scene.browser())))
                .as("known to another tenant")
                .isEmpty();
        assertThat(scene.keys().issue(scene.request(tenant, "no address", scene.browser())))
                .isEmpty();
    }

    @Test
    default void theMailGoesToTheAddressAsStored() throws Exception {
        KeyScene scene = scene();
        TenantId tenant = scene.tenant();
        scene.admit(scene.message(tenant, Optional.empty(), "Patient@example.org"));

        assertThat(scene.issue(tenant, "PATIENT@EXAMPLE.ORG", scene.browser()).address())
                .isEqualTo(address("Patient@example.org"));
    }

    @Test
    default void aRequestPutTogetherFromTwoIsRefused() throws Exception {
        KeyScene scene = scene();
        TenantId tenant = scene.tenant();
        scene.admit(scene.message(tenant));
        SignInRequest one = scene.request(tenant, PATIENT, scene.browser());
        SignInRequest other = scene.request(tenant, DAUGHTER, scene.browser());

        List<SignInRequest> swapped =
                List.of(
                        new SignInRequest(
                                other.header(),
                                one.spoolSlot(),
                                one.sealedAddress(),
                                one.browserMac(),
                                one.requestedAt()),
                        new SignInRequest(
                                one.header(),
                                other.spoolSlot(),
                                one.sealedAddress(),
                                one.browserMac(),
                                one.requestedAt()),
                        new SignInRequest(
                                one.header(),
                                one.spoolSlot(),
                                other.sealedAddress(),
                                one.browserMac(),
                                one.requestedAt()));

        assertThat(swapped)
                .allSatisfy(wrong ->
                        assertThatThrownBy(() -> scene.keys().issue(wrong))
                                .isInstanceOf(OpeningFailedException.class));
    }

    @Test
    default void aMessageIsNoSignInRequest() throws Exception {
        KeyScene scene = scene();
        TenantId tenant = scene.tenant();
        Sealed sealed = scene.message(tenant);

        assertThatThrownBy(() ->
                        scene.keys()
                                .issue(
                                        new SignInRequest(
                                                sealed.object().header(),
                                                sealed.slot(),
                                                sealed.envelope(),
                                                scene.browser(),
                                                scene.clock().instant())))
                .isInstanceOf(OpeningFailedException.class);
    }

    private static List<MailboxId> mailboxes(Admitted admitted) {
        return admitted.mailboxes().stream().map(AdmittedMailbox::mailbox).toList();
    }

    private static Sealed with(
            Sealed probe,
            ObjectPreamble object,
            InstanceCertificate certificate,
            SpoolSlot slot,
            SealedRecord envelope) {
        return new Sealed(object, certificate, slot, envelope, probe.probe());
    }

    private static boolean same(KeyScene scene, RecordKey one, RecordKey other) {
        byte[] text = {1, 2, 3};
        try {
            return Arrays.equals(
                    other.open(one.seal(text, new byte[0], scene.random()), new byte[0]), text);
        } catch (OpeningFailedException e) {
            return false;
        }
    }
}
