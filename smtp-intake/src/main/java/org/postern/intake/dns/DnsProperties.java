package org.postern.intake.dns;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/// How name servers are asked. An invalid value stops the process at start.
///
/// @param servers that resolve names for us; the system's if there are none
/// @param queryTimeout how long one of them may take to answer
/// @param attempts how often each is asked
/// @param messageTimeout how long all questions about one message may take together
/// @param maxQueries that one message may cause; hostile mail could name any number
/// @param maxCached answers that are remembered
public record DnsProperties(
        List<InetSocketAddress> servers,
        Duration queryTimeout,
        int attempts,
        Duration messageTimeout,
        int maxQueries,
        int maxCached) {

    public static final DnsProperties DEFAULT =
            new DnsProperties(
                    List.of(), Duration.ofSeconds(2), 2, Duration.ofSeconds(10), 60, 10_000);

    public DnsProperties {
        servers = List.copyOf(servers);
        requireTime("queryTimeout", queryTimeout);
        requireTime("messageTimeout", messageTimeout);
        requireBetween("attempts", attempts, 10);
        requireBetween("maxQueries", maxQueries, 1_000);
        requireBetween("maxCached", maxCached, 1_000_000);
    }

    /// The same with other servers.
    public DnsProperties withServers(List<InetSocketAddress> others) {
        return new DnsProperties(
                others, queryTimeout, attempts, messageTimeout, maxQueries, maxCached);
    }

    private static void requireTime(String name, Duration time) {
        requireBetween(name, time.toMillis(), 60_000);
    }

    private static void requireBetween(String name, long value, long most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(name + " is " + value + ", not 1 to " + most);
        }
    }
}
