package org.postern.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.postern.keys.KeyServiceContract.DAUGHTER;
import static org.postern.keys.KeyServiceContract.PATIENT;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.postern.crypto.sealed.Mac256;
import org.postern.db.TenantId;
import org.postern.db.store.SignInRequest;
import org.postern.keys.KeyService.ReadingKey;
import org.postern.keys.KeyService.Redeemed;
import org.postern.keys.KeyService.Redemption;
import org.postern.keys.KeyService.Visitor;
import org.postern.keys.SignInSettings.Session;

/// What readers see and change about their signing in, wherever the keys are.
interface SignInSettingsContract {

    /// A scene that nobody else changes.
    KeyScene scene();

    @Test
    default void aReaderSeesWhereHeIsSignedInAndSinceWhen() throws Exception {
        KeyScene scene = scene();
        TenantId tenant = scene.tenant();
        scene.admit(scene.message(tenant));
        ReadingKey desk = signIn(scene, tenant, PATIENT, "Firefox, Windows");
        scene.clock().advance(Duration.ofMinutes(90));
        ReadingKey phone = signIn(scene, tenant, PATIENT, "Safari, iPhone");

        assertThat(sessions(scene, tenant, phone))
                .extracting(Session::device, Session::begunAt, Session::current)
                .containsExactly(
                        tuple("Safari, iPhone", scene.clock().instant(), true),
                        tuple(
                                "Firefox, Windows",
                                scene.clock().instant().minus(Duration.ofMinutes(90)),
                                false));
        assertThat(sessions(scene, tenant, desk))
                .extracting(Session::current)
                .containsExactly(false, true);
    }

    @Test
    default void aSessionIsSeenWhenItIsUsed() throws Exception {
        KeyScene scene = scene();
        TenantId tenant = scene.tenant();
        scene.admit(scene.message(tenant));
        ReadingKey reader = signIn(scene, tenant, PATIENT, "");
        scene.clock().advance(Duration.ofMinutes(7));
        scene.keys().own(tenant, reader);
        scene.clock().advance(Duration.ofSeconds(59));

        assertThat(sessions(scene, tenant, reader))
                .extracting(Session::seenAt)
                .containsExactly(scene.clock().instant().minus(Duration.ofSeconds(59)));
    }

    @Test
    default void aSessionThatIsEndedElsewhereOpensNothingFromThenOn() throws Exception {
        KeyScene scene = scene();
        TenantId tenant = scene.tenant();
        scene.admit(scene.message(tenant));
        ReadingKey lost = signIn(scene, tenant, PATIENT, "lost");
        ReadingKey here = signIn(scene, tenant, PATIENT, "here");
        UUID session = session(scene, tenant, here, "lost");

        assertThat(settings(scene).endSession(tenant, here, session)).isTrue();

        assertThatThrownBy(() -> scene.keys().own(tenant, lost))
                .isInstanceOf(NotSignedInException.class);
        assertThat(scene.keys().own(tenant, here).address().text()).isEqualTo(PATIENT);
        assertThat(settings(scene).endSession(tenant, here, session)).isFalse();
        assertThat(scene.events(tenant))
                .filteredOn("session.ended"::equals)
                .as("recorded once")
                .hasSize(1);
    }

    @Test
    default void nobodyEndsOrSeesASessionOfAnotherMailbox() throws Exception {
        KeyScene scene = scene();
        TenantId tenant = scene.tenant();
        scene.admit(scene.message(tenant, Optional.empty(), PATIENT, DAUGHTER));
        ReadingKey hers = signIn(scene, tenant, DAUGHTER, "hers");
        ReadingKey his = signIn(scene, tenant, PATIENT, "his");
        UUID session = session(scene, tenant, hers, "hers");

        assertThat(settings(scene).endSession(tenant, his, session)).isFalse();
        assertThat(settings(scene).endOtherSessions(tenant, his)).isZero();

        assertThat(sessions(scene, tenant, his)).hasSize(1);
        assertThat(scene.keys().own(tenant, hers).address().text()).isEqualTo(DAUGHTER);
    }

    @Test
    default void allOthersAreEndedAtOnce() throws Exception {
        KeyScene scene = scene();
        TenantId tenant = scene.tenant();
        scene.admit(scene.message(tenant));
        ReadingKey first = signIn(scene, tenant, PATIENT, "first");
        ReadingKey second = signIn(scene, tenant, PATIENT, "second");
        ReadingKey here = signIn(scene, tenant, PATIENT, "here");

        assertThat(settings(scene).endOtherSessions(tenant, here)).isEqualTo(2);

        assertThatThrownBy(() -> scene.keys().own(tenant, first))
                .isInstanceOf(NotSignedInException.class);
        assertThatThrownBy(() -> settings(scene).overview(tenant, second))
                .isInstanceOf(NotSignedInException.class);
        assertThat(sessions(scene, tenant, here))
                .extracting(Session::device)
                .containsExactly("here");
        assertThat(scene.events(tenant)).contains("session.others-ended");
    }

    @Test
    default void aSessionThatIsOverIsNotListed() throws Exception {
        KeyScene scene = scene();
        TenantId tenant = scene.tenant();
        scene.admit(scene.message(tenant));
        signIn(scene, tenant, PATIENT, "yesterday");
        scene.clock().advance(Duration.ofHours(8));
        ReadingKey today = signIn(scene, tenant, PATIENT, "today");

        assertThat(sessions(scene, tenant, today))
                .extracting(Session::device)
                .containsExactly("today");
    }

    private static ReadingKey signIn(KeyScene scene, TenantId tenant, String address, String device)
            throws Exception {
        Mac256 browser = scene.browser();
        String token = scene.issue(tenant, address, browser).token();
        return ((Redeemed)
                        scene.keys()
                                .redeem(
                                        tenant,
                                        new Redemption.Link(token, browser),
                                        new Visitor(device, Optional.empty()))
                                .orElseThrow())
                .reader();
    }

    /// What the owners of a tenant's mailboxes are to be mailed of, in the order in which it
    /// happened.
    static List<String> told(KeyScene scene, TenantId tenant) {
        return scene.mail()
                .sql(
                        """
                        SELECT event.kind FROM job JOIN audit_event AS event ON event.tenant_id = job.tenant_id AND event.event_id = job.subject_id
                         WHERE job.tenant_id = :tenant AND job.kind = 'sign-in-changed' AND job.mailbox_id = event.mailbox_id
                         ORDER BY event.happened_at
                        """)
                .param("tenant", tenant.value())
                .query((row, _) -> row.getString("kind"))
                .list();
    }

    @Test
    default void moreThanFiveMailsAnHourAreNotSentToAnAddressAndTheLinksBeforeStayGood()
            throws Exception {
        KeyScene scene = scene();
        TenantId tenant = scene.tenant();
        scene.admit(scene.message(tenant));
        Mac256 browser = scene.browser();
        String token = scene.issue(tenant, PATIENT, browser).token();
        for (int i = 0; i < 4; i++) {
            assertThat(scene.keys().issue(scene.request(tenant, PATIENT, scene.browser())))
                    .isPresent();
        }

        SignInRequest sixth = scene.request(tenant, PATIENT, browser);
        assertThat(scene.keys().issue(sixth)).isEmpty();
        assertThat(scene.keys().redeem(tenant, new Redemption.Link(token, browser))).isPresent();
        scene.clock().advance(Duration.ofHours(1));
        SignInRequest later = scene.request(tenant, PATIENT, browser);
        for (int i = 0; i < 6; i++) {
            assertThat(scene.keys().issue(later)).as("a mail that is tried again").isPresent();
        }
    }

    @Test
    default void whoeverHasAListOfAddressesHasFewOfThemMailedAndKeepsNobodyWaitingWhoHasAMessage()
            throws Exception {
        KeyScene scene = scene();
        TenantId tenant = scene.tenant();
        String[] all =
                IntStream.rangeClosed(0, LedgerUnderTest.LIMITS.ofTenant())
                        .mapToObj(i -> "person" + i + "@example.org")
                        .toArray(String[]::new);
        scene.admit(scene.message(tenant, Optional.empty(), all));
        scene.clock().advance(Duration.ofDays(14).plusSeconds(1));
        for (String each : List.of(all).subList(1, all.length)) {
            assertThat(scene.keys().issue(scene.request(tenant, each, scene.browser())))
                    .isPresent();
        }

        assertThat(scene.keys().issue(scene.request(tenant, all[0], scene.browser()))).isEmpty();
        scene.admit(scene.message(tenant, Optional.empty(), all[0]));
        assertThat(scene.keys().issue(scene.request(tenant, all[0], scene.browser()))).isPresent();
        scene.admit(scene.message(tenant));
        assertThat(scene.keys().issue(scene.request(tenant, PATIENT, scene.browser()))).isPresent();
    }

    private static SignInSettings settings(KeyScene scene) {
        return scene.keys().signInSettings();
    }

    private static List<Session> sessions(KeyScene scene, TenantId tenant, ReadingKey reader)
            throws Exception {
        return settings(scene).overview(tenant, reader).sessions();
    }

    private static UUID session(KeyScene scene, TenantId tenant, ReadingKey reader, String device)
            throws Exception {
        return sessions(scene, tenant, reader).stream()
                .filter(session -> session.device().equals(device))
                .findFirst()
                .orElseThrow()
                .id();
    }
}
