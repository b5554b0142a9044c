package org.postern.server;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Clock;
import java.time.Duration;
import org.postern.intake.HandshakeFailure;
import org.postern.intake.Intake;

/// What the SMTP door measures of itself. Labels come from closed sets: no name and no address.
final class DoorMetrics implements MeterBinder {

    private static final double SECONDS_A_DAY = Duration.ofDays(1).toSeconds();

    private final Intake intake;
    private final DoorCertificates certificates;
    private final Clock clock;

    DoorMetrics(Intake intake, DoorCertificates certificates, Clock clock) {
        this.intake = intake;
        this.certificates = certificates;
        this.clock = clock;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        certificates.shown().stream()
                .map(DoorCertificates.Shown::kind)
                .distinct()
                .forEach(kind ->
                        Gauge.builder("intake.certificate.days.left", () -> daysLeft(kind))
                                .description("until the first certificate of this kind ends")
                                .tag("kind", kind)
                                .register(registry));
        for (HandshakeFailure reason : HandshakeFailure.values()) {
            FunctionCounter.builder(
                            "intake.handshakes.failed",
                            intake,
                            door -> door.failedHandshakes(reason))
                    .description("TLS handshakes that failed")
                    .tag("reason", reason.label())
                    .register(registry);
        }
    }

    /// Below zero after the end.
    private double daysLeft(String kind) {
        return certificates.shown().stream()
                .filter(each -> each.kind().equals(kind))
                .mapToDouble(each ->
                        Duration.between(clock.instant(), each.endsAt()).toSeconds()
                                / SECONDS_A_DAY)
                .min()
                .orElse(Double.NaN);
    }
}
