package org.postern.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.db.TenantId;
import org.postern.keys.KeyScene.Sealed;
import org.postern.keys.KeyService.ReadingKey;
import org.postern.keys.LedgerUnderTest.Running;
import org.postern.keys.ledger.SpoolKeyEnd;
import org.postern.keys.provider.LocalKeystore;

/// A week's spool key, three weeks later and after that.
class SpoolKeyEndTest {

    private static final String DOOR = "door-1";
    private static final OptionalLong NO_ARRIVAL = OptionalLong.empty();

    private final LedgerUnderTest ledger = new LedgerUnderTest();
    private final SettableClock clock = new SettableClock(Instant.parse("2026-03-02T12:00:00Z"));

    private Running process;
    private TenantId tenant;
    private Sealed message;
    private long week;

    @BeforeEach
    void takeAMessage() throws Exception {
        process = ledger.start(LocalKeystore.inMemory(new SecureRandom()), clock, _ -> {});
        tenant = process.scene().tenant();
        message = process.scene().message(tenant);
        process.scene().admit(message);
        week = message.slot().spoolKeyId();
    }

    @Test
    void itIsDestroyedThreeWeeksAfterItsWeekWhenItsDoorNeedsItNoMore() throws Exception {
        Instant weekEnds = Instant.EPOCH.plus(Duration.ofDays(7 * (week + 1)));
        clock.advance(
                Duration.between(clock.instant(), weekEnds.plus(Duration.ofDays(21)))
                        .minusSeconds(1));
        process.scene().authority().report(DOOR, week + 3);
        assertThat(end().run(NO_ARRIVAL)).isZero();

        clock.advance(Duration.ofSeconds(1));
        process.scene().authority().report(DOOR, week + 4);

        assertThat(end().run(NO_ARRIVAL)).isEqualTo(1);
        assertThat(end().run(NO_ARRIVAL)).isZero();
        assertThatThrownBy(() -> process.scene().admit(message))
                .isInstanceOf(OpeningFailedException.class);
    }

    @Test
    void theMessagesThatCameByItStillOpen() throws Exception {
        ReadingKey reader = process.scene().signIn(tenant, "patient@example.org").reader();
        Sealed second = process.scene().message(tenant);
        var slot = KeyScene.of(process.scene().admit(second), "patient@example.org").slot();
        letItsTimePass();
        process.scene().authority().report(DOOR, week + 5);
        end().run(NO_ARRIVAL);
        clock.advance(Duration.ofDays(1));
        end().run(NO_ARRIVAL);

        ReadingKey later = process.scene().signIn(tenant, "patient@example.org").reader();
        assertThat(later).isNotEqualTo(reader);
        assertThat(second.openedBy(process.scene().keys().open(tenant, later, second.name(), slot)))
                .isTrue();
    }

    @Test
    void itStaysWhileItsDoorIsCutOff() throws Exception {
        process.scene().authority().report(DOOR, week);
        clock.advance(Duration.ofDays(365));

        assertThat(end().run(NO_ARRIVAL)).isZero();
        assertThat(standing().doors()).containsExactly(DOOR);
        assertThat(process.scene().admit(message).mailboxes()).hasSize(2);
    }

    @Test
    void aDoorThatSaidSoTooEarlyIsNotBelieved() {
        process.scene().authority().report(DOOR, week + 1);
        letItsTimePass();

        assertThat(end().run(NO_ARRIVAL)).as("it may hold mail of that week's snapshot").isZero();
    }

    @Test
    void aDoorWithAnOldEntryKeepsIt() {
        letItsTimePass();
        process.scene().authority().report(DOOR, week);

        assertThat(end().run(NO_ARRIVAL)).isZero();
    }

    @Test
    void aDoorThatWasCertifiedAndNeverReportedKeepsIt() {
        letItsTimePass();
        process.scene().authority().report(DOOR, week + 5);
        process.scene()
                .message(
                        process.scene().envelope(tenant, Optional.empty(), "patient@example.org"),
                        "door-2");

        assertThat(end().run(NO_ARRIVAL)).isZero();
        assertThat(standing().doors()).containsExactly("door-2");
    }

    @Test
    void aDoorThatIsWrittenOffKeepsNothing() {
        letItsTimePass();
        assertThat(end().run(NO_ARRIVAL)).isZero();

        assertThat(end().writeOff(DOOR)).isTrue();
        assertThat(end().writeOff(DOOR)).isFalse();

        assertThat(end().run(NO_ARRIVAL)).isEqualTo(1);
    }

    @Test
    void anArrivalThatWaitsKeepsIt() throws Exception {
        letItsTimePass();
        process.scene().authority().report(DOOR, week + 5);

        assertThat(end().run(OptionalLong.of(week))).isZero();
        assertThat(end().standing(OptionalLong.of(week)).getFirst().arrivals()).isTrue();
        assertThat(process.scene().admit(message).mailboxes()).hasSize(2);
        assertThat(end().run(OptionalLong.of(week + 1))).isEqualTo(1);
    }

    @Test
    void whatWasAdmittedIsRememberedForADayLonger() {
        letItsTimePass();
        process.scene().authority().report(DOOR, week + 5);
        end().run(NO_ARRIVAL);
        assertThat(count("admission")).isEqualTo(1);

        clock.advance(Duration.ofDays(1));
        end().run(NO_ARRIVAL);

        assertThat(count("admission")).isZero();
        assertThat(count("spool_key")).isZero();
        assertThat(count("shred_secret")).isEqualTo(2);
    }

    @Test
    void aDestroyedKeyLeavesNothingOfItself() {
        letItsTimePass();
        process.scene().authority().report(DOOR, week + 5);

        end().run(NO_ARRIVAL);

        assertThat(count("spool_key WHERE wrapped_seed IS NOT NULL")).isZero();
        assertThat(process.ledger().verifier().verify().opened()).doesNotContainKey("spool_key");
        assertThat(end().standing(NO_ARRIVAL)).isEmpty();
    }

    private void letItsTimePass() {
        clock.advance(Duration.ofDays(35));
    }

    private SpoolKeyEnd end() {
        return process.ledger().spoolKeyEnd();
    }

    private SpoolKeyEnd.Standing standing() {
        List<SpoolKeyEnd.Standing> keys = end().standing(NO_ARRIVAL);
        return keys.getFirst();
    }

    private int count(String rows) {
        return ledger.sql().sql("SELECT count(*) FROM " + rows).query(Integer.class).single();
    }
}
