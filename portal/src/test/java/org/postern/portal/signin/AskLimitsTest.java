package org.postern.portal.signin;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.postern.portal.SettableClock;

/// Whoever asks for sign-in mails again and again.
class AskLimitsTest {

    private final SettableClock clock = new SettableClock();
    private final AskLimits limits = new AskLimits(3, clock);

    @Test
    void aNetworkHasSoManyMailsAnHourAndItsNeighbourAsMany() {
        assertThat(asked("203.0.113.7", 5)).isEqualTo(3);
        assertThat(asked("203.0.113.200", 1)).as("the same /24").isZero();
        assertThat(asked("203.0.114.7", 1)).isEqualTo(1);
        assertThat(asked("2001:db8:1:2::7", 5)).isEqualTo(3);
        assertThat(asked("2001:db8:1:2:9::1", 1)).as("the same /64").isZero();
        assertThat(asked("2001:db8:1:3::7", 1)).isEqualTo(1);
    }

    @Test
    void afterAnHourItHasThemAgain() {
        assertThat(asked("203.0.113.7", 4)).isEqualTo(3);
        try (SettableClock.Jump _ = clock.jump(Duration.ofMinutes(60))) {
            assertThat(asked("203.0.113.7", 4)).isEqualTo(3);
        }
    }

    @Test
    void thisMachineIsNotCounted() {
        assertThat(asked("127.0.0.1", 10)).isEqualTo(10);
        assertThat(asked("::1", 10)).isEqualTo(10);
    }

    private int asked(String client, int times) {
        int passed = 0;
        for (int i = 0; i < times; i++) {
            passed += limits.pass(InetAddress.ofLiteral(client)) ? 1 : 0;
        }
        return passed;
    }
}
