package org.postern.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.postern.keys.KeyScene.address;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.postern.crypto.sealed.Mac256;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.Slot;
import org.postern.db.MailboxId;
import org.postern.db.ReadingTerms;
import org.postern.db.TenantId;
import org.postern.keys.KeyScene.Sealed;
import org.postern.keys.KeyService.Admitted;
import org.postern.keys.KeyService.Dates;
import org.postern.keys.KeyService.ReadingKey;
import org.postern.keys.KeyService.Redemption;
import org.springframework.dao.DataAccessException;

/// How every key service takes things away for good, and changes when.
interface ShreddingContract {

    String NURSE = "nurse@example.com";
    String PATIENT = "patient@example.org";
    String DAUGHTER = "daughter@example.org";

    KeyScene scene();

    @Test
    default void whoeverIsErasedOpensNothingIsSignedOutAndGetsNoLink() throws Exception {
        KeyScene scene = scene();
        TenantId tenant = scene.tenant();
        Sealed sealed = scene.message(tenant, Optional.of(NURSE), PATIENT, DAUGHTER);
        Admitted admitted = scene.admit(sealed);
        ReadingKey patient = scene.signIn(tenant, PATIENT).reader();
        ReadingKey daughter = scene.signIn(tenant, DAUGHTER).reader();
        Mac256 browser = scene.browser();
        String pending = scene.issue(tenant, PATIENT, browser).token();

        Optional<MailboxId> erased = scene.keys().erase(tenant, address("Patient@example.org"));

        assertThat(erased).contains(KeyScene.of(admitted, PATIENT).mailbox());
        assertThatThrownBy(() ->
                        scene.keys().open(tenant, patient, sealed.name(), slot(admitted, PATIENT)))
                .isInstanceOf(NotSignedInException.class);
        assertThat(scene.keys().redeem(tenant, new Redemption.Link(pending, browser))).isEmpty();
        assertThat(scene.keys().issue(scene.request(tenant, PATIENT, browser))).isEmpty();
        assertThat(opens(scene, tenant, daughter, sealed, slot(admitted, DAUGHTER))).isTrue();
        assertThat(scene.events(tenant)).contains("mailbox.erased");
        assertThat(scene.keys().erase(tenant, address(PATIENT))).as("there is none").isEmpty();
    }

    @Test
    default void mailForSomebodyErasedMakesANewMailboxThatOpensNothingOld() throws Exception {
        KeyScene scene = scene();
        TenantId tenant = scene.tenant();
        Sealed old = scene.message(tenant);
        Admitted before = scene.admit(old);
        scene.keys().erase(tenant, address(PATIENT));

        assertThat(scene.admit(old).mailboxes())
                .as("admitted again the old message makes no mailbox")
                .extracting(mailbox -> mailbox.address().text())
                .containsExactly(NURSE);
        Sealed later = scene.message(tenant);
        Admitted after = scene.admit(later);

        assertThat(KeyScene.of(after, PATIENT).mailbox())
                .isNotEqualTo(KeyScene.of(before, PATIENT).mailbox());
        ReadingKey reader = scene.signIn(tenant, PATIENT).reader();
        assertThat(opens(scene, tenant, reader, later, slot(after, PATIENT))).isTrue();
        assertThatThrownBy(
                        () -> scene.keys().open(tenant, reader, old.name(), slot(before, PATIENT)))
                .isInstanceOf(OpeningFailedException.class);
        assertThat(scene.keys().summaries(tenant, reader, Set.of(old.name()))).isEmpty();
    }

    @Test
    default void whoIsErasedAtOneTenantReadsOnAtAnother() throws Exception {
        KeyScene scene = scene();
        TenantId here = scene.tenant();
        TenantId there = scene.tenant();
        Sealed sealed = scene.message(there);
        Slot slot = slot(scene.admit(sealed), PATIENT);
        scene.admit(scene.message(here));
        ReadingKey reader = scene.signIn(there, PATIENT).reader();

        scene.keys().erase(here, address(PATIENT));
        scene.keys().endTenant(here);

        assertThat(opens(scene, there, reader, sealed, slot)).isTrue();
    }

    @Test
    default void ofATenantThatHasEndedNothingOpensAtOnce() throws Exception {
        KeyScene scene = scene();
        TenantId tenant = scene.tenant();
        Sealed sealed = scene.message(tenant);
        Sealed waiting = scene.message(tenant);
        Slot slot = slot(scene.admit(sealed), PATIENT);
        ReadingKey reader = scene.signIn(tenant, PATIENT).reader();
        assertThat(opens(scene, tenant, reader, sealed, slot)).isTrue();

        scene.keys().endTenant(tenant);
        scene.keys().endTenant(tenant);

        assertThatThrownBy(() -> scene.keys().open(tenant, reader, sealed.name(), slot))
                .as("and no key remembered for five minutes helps")
                .isInstanceOf(NotSignedInException.class);
        assertThatThrownBy(() -> scene.authority().lend(tenant))
                .isInstanceOf(DataAccessException.class);
        assertThatThrownBy(() -> scene.admit(waiting)).isInstanceOf(Exception.class);
        assertThatThrownBy(() -> scene.issue(tenant, PATIENT, scene.browser()))
                .isInstanceOf(Exception.class);
        assertThat(scene.events(tenant)).contains("tenant.ended");
    }

    @Test
    default void aMessageCanBeGivenMoreTimeUntilItIsShredded() throws Exception {
        KeyScene scene = scene();
        TenantId tenant = scene.tenant();
        Sealed sealed = expiring(scene, tenant, 10, 14);
        Admitted admitted = scene.admit(sealed);
        scene.clock().advance(Duration.ofDays(12));
        ReadingKey patient = scene.signIn(tenant, PATIENT).reader();
        assertThatThrownBy(() ->
                        scene.keys().open(tenant, patient, sealed.name(), slot(admitted, PATIENT)))
                .as("between the two dates")
                .isInstanceOf(OpeningFailedException.class);

        scene.keys().expire(tenant, sealed.message(), Set.of(), in(scene, 5, 14));

        assertThat(opens(scene, tenant, patient, sealed, slot(admitted, PATIENT))).isTrue();
        assertThat(scene.events(tenant)).contains("message.expiry-changed");
        scene.clock().advance(Duration.ofDays(20));
        scene.keys().expire(tenant, sealed.message(), Set.of(), in(scene, 5, 14));
        ReadingKey again = scene.signIn(tenant, PATIENT).reader();
        assertThatThrownBy(() ->
                        scene.keys().open(tenant, again, sealed.name(), slot(admitted, PATIENT)))
                .as("its second date has come, deleted already or not")
                .isInstanceOf(OpeningFailedException.class);
        assertThat(scene.shredding().getAsInt()).isGreaterThanOrEqualTo(2);
        scene.keys().expire(tenant, sealed.message(), Set.of(), in(scene, 5, 14));
        assertThat(scene.admit(sealed).mailboxes()).isEmpty();
    }

    @Test
    default void aMessageCanBeGivenLessTimeForOne() throws Exception {
        KeyScene scene = scene();
        TenantId tenant = scene.tenant();
        Sealed sealed = expiring(scene, tenant, 10, 14);
        Admitted admitted = scene.admit(sealed);

        scene.keys()
                .expire(
                        tenant,
                        sealed.message(),
                        Set.of(KeyScene.of(admitted, PATIENT).mailbox()),
                        in(scene, 1, 0));

        scene.clock().advance(Duration.ofDays(1));
        ReadingKey patient = scene.signIn(tenant, PATIENT).reader();
        ReadingKey nurse = scene.signIn(tenant, NURSE).reader();
        assertThatThrownBy(() ->
                        scene.keys().open(tenant, patient, sealed.name(), slot(admitted, PATIENT)))
                .isInstanceOf(OpeningFailedException.class);
        assertThat(opens(scene, tenant, nurse, sealed, slot(admitted, NURSE))).isTrue();
        assertThat(scene.shredding().getAsInt()).isPositive();
    }

    @Test
    default void theAuthorAloneChangesTheDatesOfHisMessage() throws Exception {
        KeyScene scene = scene();
        TenantId tenant = scene.tenant();
        Sealed sealed = expiring(scene, tenant, 10, 14);
        Admitted admitted = scene.admit(sealed);
        Set<MailboxId> nobody = Set.of();
        Dates dates = in(scene, 100, 14);
        ReadingKey recipient = scene.signIn(tenant, PATIENT).reader();

        assertThatThrownBy(() ->
                        scene.keys().expireOwn(tenant, recipient, sealed.message(), nobody, dates))
                .isInstanceOf(OpeningFailedException.class);
        assertThatThrownBy(() ->
                        scene.keys()
                                .expireOwn(
                                        tenant,
                                        new ReadingKey("guessed"),
                                        sealed.message(),
                                        nobody,
                                        dates))
                .isInstanceOf(NotSignedInException.class);
        scene.clock().advance(Duration.ofDays(12));
        ReadingKey author = scene.signIn(tenant, NURSE).reader();
        scene.keys().expireOwn(tenant, author, sealed.message(), nobody, dates);

        ReadingKey later = scene.signIn(tenant, PATIENT).reader();
        assertThat(opens(scene, tenant, later, sealed, slot(admitted, PATIENT))).isTrue();
        scene.keys().destroy(tenant, sealed.message(), nobody);
        assertThatThrownBy(() ->
                        scene.keys().expireOwn(tenant, author, sealed.message(), nobody, dates))
                .as("nothing revives what was recalled")
                .isInstanceOf(OpeningFailedException.class);
        assertThat(scene.admit(sealed).mailboxes()).isEmpty();
    }

    @Test
    default void whoeverHasReadOnceGetsNoMoreTime() throws Exception {
        KeyScene scene = scene();
        TenantId tenant = scene.tenant();
        Instant now = scene.clock().instant();
        Sealed sealed =
                scene.message(
                        KeyScene.on(
                                new ReadingTerms(
                                        now.plus(Duration.ofDays(10)),
                                        now.plus(Duration.ofDays(24)),
                                        true,
                                        false),
                                scene.envelope(tenant, Optional.of(NURSE), PATIENT, DAUGHTER)),
                        "door-1");
        Admitted admitted = scene.admit(sealed);
        ReadingKey patient = scene.signIn(tenant, PATIENT).reader();
        ReadingKey daughter = scene.signIn(tenant, DAUGHTER).reader();
        assertThat(opens(scene, tenant, patient, sealed, slot(admitted, PATIENT))).isTrue();

        scene.keys().expire(tenant, sealed.message(), Set.of(), in(scene, 100, 14));

        assertThat(opens(scene, tenant, patient, sealed, slot(admitted, PATIENT))).isTrue();
        scene.clock().advance(Duration.ofHours(1));
        assertThat(scene.shredding().getAsInt()).isPositive();
        assertThatThrownBy(() ->
                        scene.keys().open(tenant, patient, sealed.name(), slot(admitted, PATIENT)))
                .isInstanceOf(OpeningFailedException.class);
        assertThat(opens(scene, tenant, daughter, sealed, slot(admitted, DAUGHTER))).isTrue();
    }

    private static Sealed expiring(KeyScene scene, TenantId tenant, int days, int grace) {
        Dates dates = in(scene, days, grace);
        return scene.message(
                KeyScene.on(
                        new ReadingTerms(dates.refusedFrom(), dates.deletedFrom(), false, false),
                        scene.envelope(tenant, Optional.of(NURSE), PATIENT)),
                "door-1");
    }

    private static Dates in(KeyScene scene, int days, int grace) {
        Instant refused = scene.clock().instant().plus(Duration.ofDays(days));
        return new Dates(refused, refused.plus(Duration.ofDays(grace)));
    }

    private static Slot slot(Admitted admitted, String address) {
        return KeyScene.of(admitted, address).slot();
    }

    private static boolean opens(
            KeyScene scene, TenantId tenant, ReadingKey reader, Sealed sealed, Slot slot)
            throws Exception {
        return sealed.openedBy(scene.keys().open(tenant, reader, sealed.name(), slot));
    }
}
