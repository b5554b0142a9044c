package org.postern.portal.owner;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.postern.keys.SignInSettings.Session;

/// Tells sessions from what is left of them: one that nobody used for a while has ended here,
/// though the keys keep its reading key until its last hour.
final class LiveSessions {

    /// The keys know to the minute when a session was used.
    private static final Duration SEEN_WITHIN = Duration.ofMinutes(1);

    private final Duration idle;
    private final Clock clock;

    LiveSessions(Duration idle, Clock clock) {
        this.idle = idle;
        this.clock = clock;
    }

    List<Session> of(List<Session> all) {
        Instant now = clock.instant();
        return all.stream()
                .filter(session -> now.isBefore(session.seenAt().plus(idle).plus(SEEN_WITHIN)))
                .toList();
    }
}
