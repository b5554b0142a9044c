package org.postern.server;

import java.nio.file.Path;
import java.util.Optional;
import org.postern.keys.Role;
import org.postern.server.cli.UpOptions;
import org.postern.server.embedded.ControlToken;
import org.postern.server.embedded.DataFolder;
import org.postern.server.embedded.DatabaseAccess;
import org.postern.server.embedded.RedisAccess;

/// What stands before the application starts: folder, servers, certificate, and what the operator
/// asked for.
///
/// @param mail the mail database
/// @param keys what the role `keys` needs
/// @param redis for the portal's sessions
/// @param certificates of the SMTP door, asked for every handshake
record HouseParts(
        UpOptions options,
        DataFolder folder,
        DatabaseAccess mail,
        Optional<KeyParts> keys,
        Optional<RedisAccess> redis,
        Optional<DoorCertificates> certificates,
        ControlToken controlToken) {

    /// What the role `keys` needs.
    ///
    /// @param ledger the key ledger
    /// @param passphrase of the keystore
    record KeyParts(DatabaseAccess ledger, Passphrase passphrase) {}

    boolean has(Role role) {
        return options.roles().has(role);
    }

    /// The certificates of the SMTP door.
    DoorCertificates tls() {
        return certificates.orElseThrow();
    }

    /// Where the sealed objects lie.
    Path blobs() {
        return options.roles().blobs().orElseGet(folder::blobs);
    }

    /// Where readers reach the portal of a tenant at this host.
    String portalAddress(String host) {
        return options.trustedProxy().isPresent()
                ? "https://" + host
                : "http://" + host + ":" + options.httpPort();
    }

    @Override
    public String toString() {
        return "HouseParts[" + options + "]";
    }
}
