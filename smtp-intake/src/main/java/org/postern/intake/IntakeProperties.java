package org.postern.intake;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.postern.mail.mime.HeaderSection;

/// How the SMTP door is set up. An invalid value stops the process at start.
///
/// @param bindAddress where both ports listen; loopback unless told otherwise
/// @param smtpPort for STARTTLS (RFC 3207); 0 takes any free port
/// @param smtpsPort for TLS from the first byte (RFC 8314, section 3.3); 0 takes any free port
/// @param hostName how this door names itself in greeting and Received field
/// @param proxies load balancers, as addresses or CIDR ranges: they and nobody else must begin with
///   the PROXY protocol
/// @param limits how much a client may ask for
/// @param patience how long a client may take
/// @param nextHopPatience how long a next hop may take while a client waits for its reply
public record IntakeProperties(
        InetAddress bindAddress,
        int smtpPort,
        int smtpsPort,
        String hostName,
        List<String> proxies,
        Limits limits,
        Patience patience,
        NextHopPatience nextHopPatience) {

    private static final Pattern HOST_NAME = Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9.-]{0,253})");

    public IntakeProperties {
        requirePort("smtpPort", smtpPort);
        requirePort("smtpsPort", smtpsPort);
        if (!HOST_NAME.matcher(hostName).matches()) {
            throw new IllegalArgumentException("hostName is not a host name");
        }
        proxies = List.copyOf(proxies);
        proxies.forEach(IntakeProperties::requireRange);
    }

    /// Both ports on loopback, everything else as documented.
    public static IntakeProperties defaults(String hostName) {
        return new IntakeProperties(
                InetAddress.ofLiteral("127.0.0.1"),
                2525,
                4465,
                hostName,
                List.of(),
                Limits.DEFAULT,
                Patience.DEFAULT,
                NextHopPatience.DEFAULT);
    }

    /// How much a client may ask for.
    ///
    /// @param maxMessageBytes announced as SIZE (RFC 1870); a larger message is answered 552 5.3.4
    /// @param maxHeaderBytes size of a header section, held in memory until it is decided; at most
    ///   1 MiB
    /// @param maxHeaderFields header fields of a message, at most 2,000
    /// @param maxReceived Received fields, after which a message is thought to loop (RFC 5321,
    ///   section 6.3)
    /// @param maxRecipients of one mail transaction, announced by LIMITS (RFC 9422); at least 100
    ///   (RFC 5321, section 4.5.3.1.8)
    /// @param maxConnections of all clients; one more is answered 421 4.3.2
    /// @param maxConnectionsPerSource of one IPv4 address or one IPv6 /64
    /// @param maxTransactions mail transactions of all clients together; one more is put off with
    ///   451 4.3.2 at MAIL, so that those under way keep their pace. Each may hold a header section
    ///   in memory
    /// @param errorLimit refused commands without a message accepted between, after which a client
    ///   is sent away
    /// @param junkLimit NOOP, RSET, VRFY and their like without a message accepted between, after
    ///   which a client is sent away
    public record Limits(
            long maxMessageBytes,
            int maxHeaderBytes,
            int maxHeaderFields,
            int maxReceived,
            int maxRecipients,
            int maxConnections,
            int maxConnectionsPerSource,
            int maxTransactions,
            int errorLimit,
            int junkLimit) {

        public static final Limits DEFAULT =
                new Limits(
                        360L * 1024 * 1024,
                        HeaderSection.MOST_BYTES,
                        HeaderSection.MOST_FIELDS,
                        50,
                        1_000,
                        1_000,
                        100,
                        600,
                        20,
                        100);

        public Limits {
            requireBetween("maxMessageBytes", maxMessageBytes, 64 * 1024, Long.MAX_VALUE / 4);
            requireBetween("maxHeaderBytes", maxHeaderBytes, 1024, HeaderSection.MOST_BYTES);
            requireBetween("maxHeaderFields", maxHeaderFields, 10, HeaderSection.MOST_FIELDS);
            requireBetween("maxReceived", maxReceived, 1, maxHeaderFields);
            requireBetween("maxRecipients", maxRecipients, 100, 100_000);
            requireBetween("maxConnections", maxConnections, 1, 1_000_000);
            requireBetween("maxConnectionsPerSource", maxConnectionsPerSource, 1, maxConnections);
            requireBetween("maxTransactions", maxTransactions, 1, 1_000_000);
            requireBetween("errorLimit", errorLimit, 1, 10_000);
            requireBetween("junkLimit", junkLimit, 1, 10_000);
        }
    }

    /// How long a client may take.
    ///
    /// @param idleTimeout between two commands; RFC 5321, section 4.5.3.2.7 asks for five minutes
    /// @param requestDeadline for one command, a TLS handshake or a body, however slowly it
    ///   trickles; whoever sends `minBytesPerSecond` gains time
    /// @param minBytesPerSecond of a body
    /// @param drain how long transactions under way are waited for at the end
    /// @param wrongPassword how long a client waits for the answer to a wrong password
    public record Patience(
            Duration idleTimeout,
            Duration requestDeadline,
            int minBytesPerSecond,
            Duration drain,
            Duration wrongPassword) {

        public static final Patience DEFAULT =
                new Patience(
                        Duration.ofMinutes(5),
                        Duration.ofMinutes(1),
                        500,
                        Duration.ofSeconds(90),
                        Duration.ofSeconds(2));

        public Patience {
            requireTime("idleTimeout", idleTimeout);
            requireTime("requestDeadline", requestDeadline);
            requireTime("drain", drain);
            requireTime("wrongPassword", wrongPassword);
            requireBetween("minBytesPerSecond", minBytesPerSecond, 1, Integer.MAX_VALUE);
        }
    }

    /// How long a next hop may take. Whatever takes longer makes unmarked mail wait at the client,
    /// with 451; marked mail is sealed all the same.
    ///
    /// @param step to connect and agree on TLS, to answer one command, or to take the next 64 KiB:
    ///   two of them fit into the five minutes that a client waits for MAIL (RFC 5321, section
    ///   4.5.3.2.2)
    /// @param whole for one message from beginning to end
    public record NextHopPatience(Duration step, Duration whole) {

        public static final NextHopPatience DEFAULT =
                new NextHopPatience(Duration.ofMinutes(2), Duration.ofMinutes(20));

        public NextHopPatience {
            requireTime("step", step);
            requireTime("whole", whole);
        }
    }

    private static void requireRange(String range) {
        try {
            SourceRange.parse(range);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("proxies has no address range: " + range, e);
        }
    }

    private static void requirePort(String name, int port) {
        requireBetween(name, port, 0, 65_535);
    }

    private static void requireTime(String name, Duration time) {
        requireBetween(name, time.toMillis(), 1, Duration.ofDays(1).toMillis());
    }

    private static void requireBetween(String name, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    name + " is " + value + ", not " + least + " to " + most);
        }
    }
}
