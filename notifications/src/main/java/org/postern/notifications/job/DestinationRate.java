package org.postern.notifications.job;

import java.time.Duration;
import java.util.Optional;
import org.postern.crypto.sealed.Mac256;

/// How often mail may go to one destination. Thread-safe.
@FunctionalInterface
public interface DestinationRate {

    /// As often as one likes.
    DestinationRate UNLIMITED = _ -> Optional.empty();

    /// Takes leave to send one mail there.
    ///
    /// @return empty if it may go now; else how long to wait
    Optional<Duration> take(Mac256 destination);
}
