package org.postern.notifications.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetryPolicyTest {

    private static final double MIDDLE = 0.5;

    @Test
    void aNoticeIsTriedLikeOrdinaryMailForFiveDays() {
        List<Duration> delays = delays(RetryPolicy.NOTICE, MIDDLE);

        assertThat(delays)
                .startsWith(
                        Duration.ofSeconds(450),
                        Duration.ofMinutes(15),
                        Duration.ofMinutes(30),
                        Duration.ofHours(1),
                        Duration.ofHours(2),
                        Duration.ofHours(4),
                        Duration.ofHours(8),
                        Duration.ofHours(16),
                        Duration.ofHours(16));
        assertThat(delays.stream().reduce(Duration.ZERO, Duration::plus))
                .isEqualTo(Duration.ofDays(5));
    }

    @Test
    void aSignInMailIsTriedFourTimesMoreAndThenDropped() {
        assertThat(delays(RetryPolicy.SIGN_IN, MIDDLE))
                .containsExactly(
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(15),
                        Duration.ofSeconds(45),
                        Duration.ofMinutes(2));
    }

    @Test
    void aSignInMailThatHadToWaitForTheDatabaseHasAllItsTries() {
        assertThat(RetryPolicy.SIGN_IN.delayAfter(1, Duration.ofHours(3), MIDDLE))
                .contains(Duration.ofSeconds(5));
    }

    @Test
    void whatFailedTogetherComesBackApart() {
        assertThat(RetryPolicy.NOTICE.delayAfter(1, Duration.ZERO, 0))
                .contains(Duration.ofSeconds(405));
        assertThat(RetryPolicy.NOTICE.delayAfter(1, Duration.ZERO, 0.9999999))
                .contains(Duration.ofSeconds(495));
    }

    @Test
    void attemptsThatCameFasterThanThePolicyHasThemDoNotCount() {
        assertThat(RetryPolicy.NOTICE.delayAfter(1000, Duration.ofMinutes(1), MIDDLE))
                .contains(Duration.ofSeconds(450));
        assertThat(RetryPolicy.NOTICE.delayAfter(1000, Duration.ofHours(1), MIDDLE))
                .contains(Duration.ofHours(1));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.25, 0.75, 0.9999999})
    void jitterSkipsNoDelayAndRepeatsNone(double chance) {
        assertThat(delays(RetryPolicy.NOTICE, chance).subList(0, 8))
                .isSorted()
                .doesNotHaveDuplicates();
    }

    @Test
    void aDatabaseThatIsAwayIsAskedSoonAndForDays() {
        List<Duration> delays = delays(RetryPolicy.OUTAGE, MIDDLE);

        assertThat(delays)
                .startsWith(
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(15),
                        Duration.ofMinutes(1),
                        Duration.ofMinutes(5),
                        Duration.ofMinutes(5));
        assertThat(delays.stream().reduce(Duration.ZERO, Duration::plus))
                .isEqualTo(Duration.ofDays(5));
    }

    private static List<Duration> delays(RetryPolicy policy, double chance) {
        List<Duration> delays = new ArrayList<>();
        Duration age = Duration.ZERO;
        Optional<Duration> delay = policy.delayAfter(1, age, chance);
        while (delay.isPresent()) {
            delays.add(delay.get());
            age = age.plus(delay.get());
            delay = policy.delayAfter(delays.size() + 1, age, chance);
        }
        return delays;
    }
}
