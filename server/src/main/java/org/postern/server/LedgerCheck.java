package org.postern.server;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Whether keys can be asked for here, as a load balancer before several processes with the role
/// `keys` asks.
final class LedgerCheck implements HealthIndicator {

    private final JdbcClient ledger;

    LedgerCheck(JdbcClient ledger) {
        this.ledger = ledger;
    }

    @Override
    public Health health() {
        try {
            ledger.sql("SELECT 1").query(Integer.class).single();
            return Health.up().build();
        } catch (DataAccessException e) {
            return Health.outOfService().withDetail("reason", "the key ledger is away").build();
        }
    }
}
