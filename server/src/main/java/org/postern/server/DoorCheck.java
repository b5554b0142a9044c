package org.postern.server;

import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.postern.intake.Intake;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/// Whether mail may be sent this way, as a load balancer asks: the door has made a handshake with
/// itself, with the certificate that it shows now, and that one lasts another day. Nobody is asked
/// who may be away, such as a database: mail is taken without.
final class DoorCheck implements HealthIndicator, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(DoorCheck.class);
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(2);
    private static final Duration LASTS_AT_LEAST = Duration.ofDays(1);

    private final Intake intake;
    private final DoorCertificates certificates;
    private final Optional<String> name;
    private final Clock clock;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Thread thread = Thread.ofVirtual().name("door-check").unstarted(this::watch);

    private volatile Optional<String> problem = Optional.of("the SMTP ports are not open yet");
    private Optional<String> told = Optional.empty();
    private @Nullable SSLContext passed;

    /// @param name by which clients know the door; empty if nobody has told us
    DoorCheck(Intake intake, DoorCertificates certificates, Optional<String> name, Clock clock) {
        this.intake = intake;
        this.certificates = certificates;
        this.name = name;
        this.clock = clock;
    }

    /// The ports are open: looks now, and from now on.
    void start() {
        look();
        thread.start();
    }

    private void watch() {
        try {
            while (!stopping.await(LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS)) {
                look();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// A certificate that has passed is not tried again, so that a busy moment changes nothing.
    private void look() {
        SSLContext shown = certificates.get().orElse(null);
        if (shown == null || !shown.equals(passed)) {
            problem = intake.selfCheck(name);
            passed = problem.isEmpty() ? shown : null;
        }
        Optional<String> now = reason();
        if (!now.equals(told)) {
            now.ifPresentOrElse(
                    reason -> log.error("not ready for mail: reason={}", reason),
                    () -> log.info("ready for mail again"));
            told = now;
        }
    }

    private Optional<String> reason() {
        return problem.or(() ->
                clock.instant().isBefore(certificates.endsAt().minus(LASTS_AT_LEAST))
                        ? Optional.empty()
                        : Optional.of("the certificate ends within a day"));
    }

    @Override
    public Health health() {
        return reason().map(reason -> Health.outOfService().withDetail("reason", reason).build())
                .orElseGet(() -> Health.up().build());
    }

    @Override
    public void close() {
        stopping.countDown();
    }
}
