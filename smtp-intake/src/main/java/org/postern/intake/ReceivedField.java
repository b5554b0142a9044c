package org.postern.intake;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.postern.intake.IntakeSession.Greeting;

/// The trace field that we put before every message (RFC 5321, section 4.4). It names no recipient:
/// each reader sees it.
final class ReceivedField {

    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss Z", Locale.US);

    private ReceivedField() {}

    static String of(IntakeSession session, IntakeTransaction transaction) {
        Greeting greeting = session.greeting().orElse(new Greeting("unknown", false));
        String by = session.surroundings().properties().hostName();
        String tls =
                session.connection()
                        .tls()
                        .map(agreed -> agreed.getProtocol() + " " + agreed.getCipherSuite())
                        .orElse("no TLS");
        String now = DATE.format(session.surroundings().clock().instant().atOffset(ZoneOffset.UTC));
        return "Received: from "
                + greeting.name()
                + " ("
                + literal(session.connection().source())
                + ")\r\n\tby "
                + by
                + " with "
                + protocol(greeting, session, transaction)
                + "\r\n\t("
                + tls
                + ");\r\n\t"
                + now
                + "\r\n";
    }

    /// RFC 3848; RFC 6531, section 4.3.
    private static String protocol(
            Greeting greeting, IntakeSession session, IntakeTransaction transaction) {
        if (!greeting.esmtp()) {
            return "SMTP";
        }
        return (transaction.smtpUtf8() ? "UTF8SMTPS" : "ESMTPS")
                + (session.client().authenticated().isPresent() ? "A" : "");
    }

    /// RFC 5321, section 4.1.3.
    private static String literal(InetAddress address) {
        String text = address.getHostAddress();
        int zone = text.indexOf('%');
        String number = zone < 0 ? text : text.substring(0, zone);
        return address instanceof Inet6Address ? "[IPv6:" + number + "]" : "[" + number + "]";
    }
}
