package org.postern.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.postern.keys.ledger.Inventory.Level;

class KeyAgesTest {

    private static final Instant MADE = Instant.parse("2026-03-02T12:00:00Z");
    private static final Instant DUE = Instant.parse("2027-03-02T12:00:00Z");
    private static final Map<Level, Instant> ALL =
            Map.of(
                    Level.ROOT, MADE,
                    Level.SIGNING, MADE,
                    Level.SPOOL, MADE,
                    Level.TENANT, MADE,
                    Level.MAILBOX, MADE);

    @Test
    void nobodyIsWarnedMoreThanAMonthBefore() {
        assertThat(KeyAges.warnings(ALL, DUE.minus(Duration.ofDays(30)).minusSeconds(1))).isEmpty();
    }

    @Test
    void whatAnOperatorRotatesIsWarnedOfAMonthBefore() {
        assertThat(KeyAges.warnings(ALL, DUE.minus(Duration.ofDays(30))))
                .containsExactlyInAnyOrder(
                        "root ends 2027-03-02: rotate it by then",
                        "signing ends 2027-03-02: rotate it by then",
                        "tenant ends 2027-03-02: rotate it by then",
                        "mailbox ends 2027-03-02: rotate it by then");
    }

    @Test
    void whatIsOverdueSaysSo() {
        assertThat(KeyAges.warnings(Map.of(Level.TENANT, MADE), DUE))
                .containsExactly("tenant was to be rotated by 2027-03-02: rotate it now");
    }
}
