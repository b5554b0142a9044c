package org.postern.mail.spool;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.postern.keys.Authority;
import org.postern.mail.door.Door;

/// Tells the authority, at the start and every day, which spool keys this door may still need: a
/// key is not destroyed while any door that was ever certified has not said that it can do without.
public final class SpoolReport {

    private static final Duration AGAIN_AFTER = Duration.ofDays(1);

    private final Spool spool;
    private final Door door;
    private final Authority authority;
    private final Clock clock;
    private @Nullable Instant reported;

    public SpoolReport(Spool spool, Door door, Authority authority, Clock clock) {
        this.spool = spool;
        this.door = door;
        this.authority = authority;
        this.clock = clock;
    }

    /// Reports if it is time.
    ///
    /// @throws org.springframework.dao.DataAccessException while the keys are away
    public synchronized void refresh() throws IOException {
        Instant now = clock.instant();
        if (reported != null && now.isBefore(reported.plus(AGAIN_AFTER))) {
            return;
        }
        authority.report(door.instance(), spool.oldestSpoolKey());
        reported = now;
    }
}
