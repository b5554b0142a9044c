package org.postern.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.postern.intake.IntakeProperties.Limits;
import org.postern.intake.IntakeProperties.NextHopPatience;
import org.postern.intake.IntakeProperties.Patience;

class IntakePropertiesTest {

    @Test
    void theDefaultsAreAsDocumented() {
        IntakeProperties defaults = IntakeProperties.defaults("mx.example.net");
        assertThat(defaults.bindAddress()).isEqualTo(InetAddress.ofLiteral("127.0.0.1"));
        assertThat(defaults.smtpPort()).isEqualTo(2525);
        assertThat(defaults.smtpsPort()).isEqualTo(4465);
        assertThat(defaults.limits())
                .isEqualTo(
                        new Limits(
                                377_487_360,
                                1_048_576,
                                2_000,
                                50,
                                1_000,
                                1_000,
                                100,
                                600,
                                20,
                                100));
        assertThat(defaults.patience())
                .isEqualTo(
                        new Patience(
                                Duration.ofMinutes(5),
                                Duration.ofMinutes(1),
                                500,
                                Duration.ofSeconds(90),
                                Duration.ofSeconds(2)));
    }

    @Test
    void aClientIsAnsweredBeforeItGivesUpOnANextHop() {
        NextHopPatience patience = IntakeProperties.defaults("mx.example.net").nextHopPatience();
        assertThat(patience)
                .isEqualTo(new NextHopPatience(Duration.ofMinutes(2), Duration.ofMinutes(20)));
        // RFC 5321, section 4.5.3.2.2: five minutes for MAIL, which are connecting and MAIL there
        assertThat(patience.step().multipliedBy(2)).isLessThan(Duration.ofMinutes(5));
        assertThatThrownBy(() -> new NextHopPatience(Duration.ZERO, Duration.ofMinutes(1)))
                .hasMessageContaining("step");
    }

    @Test
    void anInvalidValueIsNamed() {
        assertThatThrownBy(() -> IntakeProperties.defaults("two words"))
                .hasMessageContaining("hostName");
        assertThatThrownBy(
                        () -> new Limits(1, 1_048_576, 2_000, 50, 1_000, 1_000, 100, 600, 20, 100))
                .hasMessageContaining("maxMessageBytes");
        assertThatThrownBy(() ->
                        new Limits(
                                377_487_360, 2_000_000, 2_000, 50, 1_000, 1_000, 100, 600, 20, 100))
                .hasMessageContaining("maxHeaderBytes");
        assertThatThrownBy(() ->
                        new Patience(
                                Duration.ZERO,
                                Duration.ofMinutes(1),
                                500,
                                Duration.ofSeconds(90),
                                Duration.ofMillis(10)))
                .hasMessageContaining("idleTimeout");
    }
}
