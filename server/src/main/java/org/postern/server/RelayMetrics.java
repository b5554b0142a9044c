package org.postern.server;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Optional;
import org.postern.notifications.outgoing.RelayResult;
import org.postern.notifications.outgoing.Relays;

/// What each relay does with our mail, by its name in the configuration.
final class RelayMetrics implements MeterBinder {

    private final Optional<Relays> relays;

    /// @param relays none where mail stays in the outbox
    RelayMetrics(Optional<Relays> relays) {
        this.relays = relays;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        relays.ifPresent(all -> bind(all, registry));
    }

    private static void bind(Relays all, MeterRegistry registry) {
        for (String relay : all.names()) {
            Gauge.builder("relay.rests", () -> all.rests(relay) ? 1 : 0)
                    .description("1 while it is left alone, since it did not work")
                    .tag("relay", relay)
                    .register(registry);
            for (RelayResult result : RelayResult.values()) {
                FunctionCounter.builder("relay.mails", all, each -> each.count(relay, result))
                        .description("mails by what it did with them")
                        .tag("relay", relay)
                        .tag("result", result.label())
                        .register(registry);
            }
        }
    }
}
