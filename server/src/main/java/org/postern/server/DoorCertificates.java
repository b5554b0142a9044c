package org.postern.server;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

/// The certificates of the SMTP door, which may change while it is open. Thread-safe.
interface DoorCertificates extends Supplier<Optional<SSLContext>> {

    /// One certificate.
    ///
    /// @param kind of its key: `EC` or `RSA`
    /// @param endsAt when it does
    record Shown(String kind, Instant endsAt) {}

    /// The context for a handshake now, another object whenever the certificates are others; empty
    /// when one has expired, since no client would take it (STARTTLS is then answered 454: RFC
    /// 3207, section 4).
    @Override
    Optional<SSLContext> get();

    /// What is there, expired or not.
    List<Shown> shown();

    /// When the first of the certificates ends.
    default Instant endsAt() {
        return shown().stream().map(Shown::endsAt).min(Instant::compareTo).orElse(Instant.MIN);
    }
}
