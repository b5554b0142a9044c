package org.postern.intake;

import java.io.IOException;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes TLS handshakes and tells the operator of those that fail: the gateway at the other end
/// shows its administrator little.
final class Handshakes {

    private static final Logger log = LoggerFactory.getLogger(Handshakes.class);

    private Handshakes() {}

    /// @throws IOException if it failed; the connection is of no use any more
    static void make(Connection connection, SSLContext context) throws IOException {
        try {
            connection.startTls(context);
        } catch (IOException e) {
            log.warn(
                    "tls handshake failed: peer={} reason={}",
                    connection.source().getHostAddress(),
                    e.getMessage());
            throw e;
        }
    }
}
