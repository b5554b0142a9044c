package org.postern.server;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.postern.intake.HandshakeFailure;
import org.postern.intake.Intake;
import org.postern.mail.door.Door;

/// What the SMTP door measures of itself. Labels come from closed sets: no name and no address.
final class DoorMetrics implements MeterBinder {

    private static final double SECONDS_A_DAY = Duration.ofDays(1).toSeconds();

    private final Intake intake;
    private final Door door;
    private final DoorCertificates certificates;
    private final Clock clock;

    DoorMetrics(Intake intake, Door door, DoorCertificates certificates, Clock clock) {
        this.intake = intake;
        this.door = door;
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
        Gauge.builder("intake.snapshot.age", this::snapshotSeconds)
                .description("since the snapshot was signed from which the door works")
                .baseUnit("seconds")
                .register(registry);
        Gauge.builder("intake.snapshot.left", this::snapshotSecondsLeft)
                .description("until the door may take no mail for want of a newer snapshot")
                .baseUnit("seconds")
                .register(registry);
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

    private double snapshotSeconds() {
        return door.standing()
                .map(standing -> seconds(standing.snapshot().issuedAt(), clock.instant()))
                .orElse(Double.NaN);
    }

    /// Below zero after the end.
    private double snapshotSecondsLeft() {
        return door.standing()
                .map(standing -> seconds(clock.instant(), standing.snapshot().validUntil()))
                .orElse(Double.NaN);
    }

    private static double seconds(Instant from, Instant to) {
        return Duration.between(from, to).toMillis() / 1000.0;
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
