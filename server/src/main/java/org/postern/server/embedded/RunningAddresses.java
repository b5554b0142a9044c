package org.postern.server.embedded;

/// Where a running Postern is, as it writes it to `run/ports.json` for the commands that talk to
/// it.
///
/// @param pid its process
/// @param host the name or address under which its listeners are reached from this machine
/// @param smtpPort SMTP with STARTTLS
/// @param smtpsPort SMTP with TLS from the first byte (RFC 8314)
/// @param httpPort the portal
/// @param managementPort health, metrics, outbox and the commands of an administrator
/// @param outbox whether outgoing mail goes to the outbox of the demo instead of a relay
public record RunningAddresses(
        long pid,
        String host,
        int smtpPort,
        int smtpsPort,
        int httpPort,
        int managementPort,
        boolean outbox) {

    /// The same Postern, as somebody says who knows its management port better.
    public RunningAddresses withManagementPort(int port) {
        return new RunningAddresses(pid, host, smtpPort, smtpsPort, httpPort, port, outbox);
    }
}
