package org.postern.notifications.job;

import java.time.Duration;

/// How a worker works.
///
/// @param atOnce how many claims are worked on at the same time
/// @param lease how long after a worker's death its claims are taken over; renewed while it lives
/// @param longestRun after which a lease is renewed no more, and the attempt is interrupted
/// @param look how often to look for due work when nobody wakes it
/// @param farewell how long a closing worker lets attempts finish
public record Pace(
        int atOnce, Duration lease, Duration longestRun, Duration look, Duration farewell) {

    public static final Pace DEFAULT =
            new Pace(
                    16,
                    Duration.ofSeconds(60),
                    Duration.ofMinutes(20),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(20));
}
