package org.postern.server;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.postern.db.store.AuditChainStore;
import org.springframework.dao.DataAccessException;

/// How far the audit chain is behind: what waits in it can still be changed unseen.
final class AuditMetrics implements MeterBinder {

    private static final double MILLIS = 1000.0;

    private final AuditChainStore chain;

    AuditMetrics(AuditChainStore chain) {
        this.chain = chain;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("audit.unchained.age", this::seconds)
                .description("since the oldest audit event that no signed checkpoint covers")
                .baseUnit("seconds")
                .register(registry);
    }

    private double seconds() {
        try {
            return chain.unchainedAge().toMillis() / MILLIS;
        } catch (DataAccessException e) {
            return Double.NaN;
        }
    }
}
