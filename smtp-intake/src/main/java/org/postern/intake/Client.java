package org.postern.intake;

import java.net.InetAddress;
import java.util.Optional;
import org.postern.db.ConnectorId;

/// What a client has shown of itself, by which a connector knows it.
///
/// @param certificate that it showed in the handshake
/// @param authenticated the connector whose password it knew (RFC 4954)
record Client(
        InetAddress source,
        Optional<ClientCertificate> certificate,
        Optional<ConnectorId> authenticated) {}
