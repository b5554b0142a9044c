package org.postern.server;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import org.postern.mail.spool.Spool;

/// How much was taken and is not handed over yet.
final class SpoolMetrics implements MeterBinder {

    private static final double MILLIS = 1000.0;

    private final Spool spool;
    private final Clock clock;

    SpoolMetrics(Spool spool, Clock clock) {
        this.spool = spool;
        this.clock = clock;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("spool.waiting", spool, Spool::waiting)
                .description("messages taken and not handed over")
                .register(registry);
        Gauge.builder("spool.oldest.age", this::seconds)
                .description("since the oldest of them was taken")
                .baseUnit("seconds")
                .register(registry);
    }

    private double seconds() {
        try {
            return spool.oldest()
                    .map(taken -> Duration.between(taken, clock.instant()).toMillis() / MILLIS)
                    .orElse(0.0);
        } catch (IOException e) {
            return Double.NaN;
        }
    }
}
