package org.postern.keys;

import java.net.URI;
import java.util.Locale;

/// What a process is here to do. A process may have several roles.
public enum Role {
    /// The SMTP door.
    INTAKE,

    /// Delivery, notices, outgoing mail.
    WORKER,

    /// Web pages.
    PORTAL,

    /// The only holder of keys.
    KEYS;

    /// Before the one name under which the process may seal, where its roles stand in a
    /// certificate.
    public static final String INSTANCE_PREFIX = "postern:instance:";

    private static final String PREFIX = "postern:role:";

    /// As on a command line.
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// As in a certificate, among the subject's alternative names (RFC 5280, section 4.2.1.6).
    public URI uri() {
        return URI.create(PREFIX + text());
    }
}
