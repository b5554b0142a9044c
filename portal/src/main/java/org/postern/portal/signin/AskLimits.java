package org.postern.portal.signin;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicReference;

/// How many sign-in mails are asked for from one network in an hour: whoever wants to flood people
/// with our mail needs many of them. Beyond it nothing is written, and the page says what it always
/// says. How many mails one address gets is the keys' to count, and using a link is never limited.
/// Thread-safe; forgotten with the process, so that no network is written down anywhere.
final class AskLimits {

    private static final Duration WITHIN = Duration.ofHours(1);
    private static final int IPV4_BYTES = 3; // a /24
    private static final int IPV6_BYTES = 8; // a /64

    private final int most;
    private final Clock clock;
    private final ConcurrentMap<String, Integer> asked = new ConcurrentHashMap<>();
    private final AtomicReference<Instant> since;

    /// @param most of each network in an hour
    AskLimits(int most, Clock clock) {
        this.most = most;
        this.clock = clock;
        this.since = new AtomicReference<>(clock.instant());
    }

    /// Counts one more. This machine itself is not counted.
    ///
    /// @return whether it is to have a mail
    boolean pass(InetAddress client) {
        if (client.isLoopbackAddress()) {
            return true;
        }
        Instant begun = since.get();
        Instant now = clock.instant();
        if (!now.isBefore(begun.plus(WITHIN)) && since.compareAndSet(begun, now)) {
            asked.clear();
        }
        return asked.merge(network(client), 1, Integer::sum) <= most;
    }

    private static String network(InetAddress client) {
        int bytes = client instanceof Inet6Address ? IPV6_BYTES : IPV4_BYTES;
        return HexFormat.of().formatHex(Arrays.copyOf(client.getAddress(), bytes));
    }
}
