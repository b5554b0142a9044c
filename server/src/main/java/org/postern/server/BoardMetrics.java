package org.postern.server;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Clock;
import java.time.Duration;
import org.postern.mail.board.Board;

/// Whether a maintenance goes on, and for how long it should be over.
final class BoardMetrics implements MeterBinder {

    private static final double MILLIS = 1000.0;

    private final Board board;
    private final Clock clock;

    BoardMetrics(Board board, Clock clock) {
        this.board = board;
        this.clock = clock;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("maintenance.running", () -> board.isMaintenance() ? 1 : 0)
                .description("1 while a maintenance goes on")
                .register(registry);
        Gauge.builder("maintenance.overdue", this::seconds)
                .description("since the end that people were told; below zero before it")
                .baseUnit("seconds")
                .register(registry);
    }

    /// Zero while none goes on.
    private double seconds() {
        return board.current()
                .map(each -> Duration.between(each.endsAt(), clock.instant()).toMillis() / MILLIS)
                .orElse(0.0);
    }
}
