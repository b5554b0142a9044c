package org.postern.server;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.postern.mail.door.SnapshotPublisher;

/// How many organisations have rows that somebody else than an administrator changed.
final class ConfigurationMetrics implements MeterBinder {

    private final SnapshotPublisher publisher;

    ConfigurationMetrics(SnapshotPublisher publisher) {
        this.publisher = publisher;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("configuration.altered", publisher::alteredTenants)
                .description("organisations whose rows are not as an administrator last set them")
                .register(registry);
    }
}
