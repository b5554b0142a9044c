package org.postern.notifications.outgoing;

import java.util.Locale;
import java.util.regex.Pattern;

/// The mail server that delivers for us.
///
/// @param helloName what we call ourselves in EHLO (RFC 5321, section 4.1.1.1)
public record Relay(String host, int port, Encryption encryption, String helloName) {

    private static final int SUBMISSIONS = 465; // RFC 8314, section 7.3
    private static final Pattern LOOPBACK =
            Pattern.compile("localhost|127(?:\\.[0-9]{1,3}){3}|::1|\\[::1]");

    /// How the connection is protected. With TLS it is required, and the server's name is checked.
    public enum Encryption {
        /// Only to this very machine.
        NONE,
        /// RFC 3207
        STARTTLS,
        /// RFC 8314, section 3.3
        IMPLICIT_TLS
    }

    public Relay {
        if (encryption == Encryption.NONE && !isLoopback(host)) {
            throw new IllegalArgumentException("only a relay on loopback may go without TLS");
        }
    }

    /// A relay by its address: without TLS on loopback, implicit TLS on 465, STARTTLS elsewhere.
    ///
    /// @param self our host name or IP address
    public static Relay at(String host, int port, String self) {
        String helloName = domainOrLiteral(self);
        if (isLoopback(host)) {
            return new Relay(host, port, Encryption.NONE, helloName);
        }
        return new Relay(
                host,
                port,
                port == SUBMISSIONS ? Encryption.IMPLICIT_TLS : Encryption.STARTTLS,
                helloName);
    }

    /// By which log and metrics know it.
    public String name() {
        return (host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host) + ":" + port;
    }

    /// By the name alone: what the DNS says of other names may change at any time.
    private static boolean isLoopback(String host) {
        return LOOPBACK.matcher(host.toLowerCase(Locale.ROOT)).matches();
    }

    /// A bare IP address is no domain: RFC 5321, section 4.1.3 puts it in brackets.
    private static String domainOrLiteral(String host) {
        if (host.contains(":")) {
            return "[IPv6:" + host.replaceAll("[\\[\\]]", "") + "]";
        }
        return host.matches("[0-9.]+") ? "[" + host + "]" : host;
    }
}
