package org.postern.intake.dns;

import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import org.xbill.DNS.ResolverConfig;

/// The name servers we ask, and what they said lately. They resolve for us: this is no resolver
/// that walks from the root. Thread-safe.
public final class Dns {

    private final DnsProperties properties;
    private final List<InetSocketAddress> servers;
    private final AnswerCache cache;
    private final SecureRandom random;

    /// @param random numbers questions, which must not be guessed (RFC 5452, section 9.2)
    public Dns(DnsProperties properties, Clock clock, SecureRandom random) {
        this.properties = properties;
        this.servers =
                properties.servers().isEmpty()
                        ? List.copyOf(ResolverConfig.getCurrentConfig().servers())
                        : properties.servers();
        this.cache = new AnswerCache(properties.maxCached(), clock);
        this.random = random;
    }

    /// Questions about one message, which share its limits.
    public Lookups forOneMessage() {
        return new Lookups(properties, servers, cache, random);
    }
}
