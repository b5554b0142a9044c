package org.postern.server.cli;

/// A server elsewhere: `mail.example.org:25`, `192.0.2.1:25` or `[2001:db8::1]:25`.
public record HostAndPort(String host, int port) {

    /// The host without the brackets of an IPv6 address.
    public static HostAndPort parse(String text) throws UsageException {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        if (bracketed) {
            host = host.substring(1, host.length() - 1);
        }
        if (host.isEmpty() || (!bracketed && host.contains(":")) || host.contains(" ")) {
            throw new UsageException("wants HOST:PORT");
        }
        int port = Arguments.portNumber(text.substring(colon + 1));
        if (port == 0) {
            throw new UsageException("wants HOST:PORT");
        }
        return new HostAndPort(host, port);
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
