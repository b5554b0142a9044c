package org.postern.server;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.postern.keys.ledger.Inventory;
import org.springframework.dao.DataAccessException;

/// How old the keys in use are, by level; where there are many, the oldest.
final class KeyMetrics implements MeterBinder {

    private static final double MILLIS = 1000.0;

    private final Inventory inventory;
    private final Clock clock;

    KeyMetrics(Inventory inventory, Clock clock) {
        this.inventory = inventory;
        this.clock = clock;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        for (Inventory.Level level : Inventory.Level.values()) {
            Gauge.builder("keys.age", () -> seconds(level))
                    .description("since the key in use was made; of several, the oldest")
                    .baseUnit("seconds")
                    .tag("level", KeyAges.text(level))
                    .register(registry);
        }
    }

    private double seconds(Inventory.Level level) {
        try {
            @Nullable Instant made = inventory.madeAt().get(level);
            return made == null
                    ? Double.NaN
                    : Duration.between(made, clock.instant()).toMillis() / MILLIS;
        } catch (DataAccessException e) {
            return Double.NaN;
        }
    }
}
