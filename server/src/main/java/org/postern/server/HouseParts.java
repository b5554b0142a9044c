package org.postern.server;

import java.util.Optional;
import org.postern.server.cli.UpOptions;
import org.postern.server.embedded.ControlToken;
import org.postern.server.embedded.DataFolder;
import org.postern.server.embedded.DatabaseAccess;
import org.postern.server.embedded.RedisAccess;

/// What stands before the application starts: folder, servers, certificate, and what the operator
/// asked for.
///
/// @param mail the mail database
/// @param ledger the key ledger
/// @param tls of the SMTP door, asked for every handshake
record HouseParts(
        UpOptions options,
        DataFolder folder,
        DatabaseAccess mail,
        DatabaseAccess ledger,
        RedisAccess redis,
        DoorCertificates tls,
        ControlToken controlToken) {

    /// Where readers reach the portal of a tenant at this host.
    String portalAddress(String host) {
        return options.trustedProxy().isPresent()
                ? "https://" + host
                : "http://" + host + ":" + options.httpPort();
    }

    Optional<String> relayHost() {
        return options.relay().map(relay -> relay.host());
    }

    @Override
    public String toString() {
        return "HouseParts[" + options + "]";
    }
}
